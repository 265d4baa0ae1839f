/// A file of AWS' command line: sections of `name = value` lines.
///
/// Source: AWS SDKs and Tools reference guide, "Shared config and credentials files". Nested settings, which are
/// indented, are passed over: none of them is used here.
struct ProfileFile {
    /// The values by section, as the section is named between its brackets, and by name in lower case.
    private(set) var sections: [String: [String: String]] = [:]

    init(_ bytes: [UInt8]) {
        var section: String?
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
            if first == "[" {
                section = Self.sectionName(line)
                if let section, sections[section] == nil { sections[section] = [:] }
            } else if let section, let (name, value) = Self.setting(line) {
                sections[section, default: [:]][name] = value
            }
        }
    }

    /// `[name]`, with single spaces between its words and without quotes.
    private static func sectionName(_ line: Substring) -> String? {
        guard let end = line.firstIndex(of: "]") else { return nil }
        let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ").filter { $0 != "\"" && $0 != "'" }
    }

    /// A comment after a value begins with white space.
    private static func setting(_ line: Substring) -> (name: String, value: String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let name = trimmed(line[..<equals])
        var value = line[line.index(after: equals)...]
        for mark in [" #", " ;", "\t#", "\t;"] {
            if let comment = value.firstRange(of: mark) { value = value[..<comment.lowerBound] }
        }
        return name.isEmpty ? nil : (name.lowercased(), trimmed(value))
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
