extension SettingsReader {
    /// Reports flags and file keys that nobody asked for, and file keys without a value. To be called last.
    mutating func reportUnknownNames() {
        for source in sources {
            switch source.place {
            case .file(let path):
                reportUnknownKeys(in: source, path: path)
            case .flags(let spellings):
                let known = Set(declarations.map { EnvironmentName.derived(from: $0.key) })
                for (name, spelling) in spellings.sorted(by: { $0.key < $1.key })
                where !known.contains(name) && !isBelowPrefix(name, EnvironmentName.derived(from:), "_") {
                    report(spelling, source: "command line", "is not a known flag")
                }
            case .environment:
                // The environment is shared with everybody else: an unknown variable says nothing.
                continue
            }
        }
    }

    private mutating func reportUnknownKeys(in source: ConfigurationSource, path: String) {
        let known = Set(declarations.lazy.filter { !$0.isPrefix }.map(\.key))
        for (key, value) in source.written.sorted(by: { $0.key < $1.key }) {
            if known.contains(key) || isBelowPrefix(key, { $0 }, ".") {
                if value == nil { report(key, source: "file \(path)", "has no value") }
            } else {
                report(key, source: "file \(path)", "is not a known key")
            }
        }
    }

    private func isBelowPrefix(_ name: String, _ spell: (String) -> String, _ separator: String) -> Bool {
        declarations.contains { $0.isPrefix && name.hasPrefix(spell($0.key) + separator) }
    }
}
