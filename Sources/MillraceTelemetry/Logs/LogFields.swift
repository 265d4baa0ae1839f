import Logging

/// A log line's metadata after merging and flattening: dotted keys, sorted, each once.
struct LogFields {
    private(set) var pairs: [(key: String, value: Logger.MetadataValue)] = []

    /// Merges the sources, later ones winning, and spreads dictionaries over dotted keys.
    init(_ sources: Logger.Metadata?..., error: (any Error)?) {
        var merged: Logger.Metadata = [:]
        for source in sources {
            guard let source, !source.isEmpty else { continue }
            merged.merge(source) { _, later in later }
        }
        if let error {
            merged["error.message"] = "\(error)"
            merged["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        for (key, value) in merged { add(value, under: key) }
        // Ties (`a.b` beside `a: [b: …]`) are broken by the value, so that the line is the same every time.
        pairs.sort { ($0.key, $0.value.description) < ($1.key, $1.value.description) }
        dropRepeatedKeys()
    }

    private mutating func add(_ value: Logger.MetadataValue, under key: String) {
        guard case .dictionary(let members) = value, !members.isEmpty else {
            pairs.append((key, value))
            return
        }
        for (name, member) in members { add(member, under: "\(key).\(name)") }
    }

    /// A JSON object with a member twice means different things to different readers.
    private mutating func dropRepeatedKeys() {
        var kept: [(key: String, value: Logger.MetadataValue)] = []
        for pair in pairs where kept.last?.key != pair.key { kept.append(pair) }
        pairs = kept
    }
}
