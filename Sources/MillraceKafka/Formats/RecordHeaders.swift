import MillraceDomain

/// A record's headers, by name, to be read as text once each.
struct RecordHeaders {
    /// Why a header cannot be read.
    struct Fault: Error {
        let message: String
    }

    private let headers: [SourceRecord.Header]

    init(_ headers: [SourceRecord.Header]) {
        self.headers = headers
    }

    func contains(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// Whether there is a header whose name begins so.
    func containsPrefix(_ prefix: String) -> Bool { headers.contains { $0.name.hasPrefix(prefix) } }

    /// The text of a header; nil when there is none of that name, or it has no value.
    ///
    /// - Throws: ``Fault`` when there are two, or it is not UTF-8, or it holds a control character.
    func text(_ name: String) throws(Fault) -> String? {
        try text(name) { $0 == name }
    }

    /// The media type in lower case, without its parameters; the header's own name is taken in any case.
    func mediaType() throws(Fault) -> String? {
        let value = try text("content-type") { $0.lowercased() == "content-type" }
        return value.map(MediaType.essence)
    }

    /// Every header whose name begins with `prefix`, named without it.
    func texts(prefix: String) throws(Fault) -> [String: String] {
        var texts: [String: String] = [:]
        for header in headers where header.name.hasPrefix(prefix) {
            texts[String(header.name.dropFirst(prefix.count))] = try text(header.name)
        }
        return texts
    }

    private func text(_ name: String, _ isWanted: (String) -> Bool) throws(Fault) -> String? {
        let found = headers.filter { isWanted($0.name) }
        guard found.count <= 1 else { throw Fault(message: "The header \(name) occurs more than once.") }
        guard let value = found.first?.value else { return nil }
        guard let text = String(validating: value, as: UTF8.self) else {
            throw Fault(message: "The header \(name) is not valid UTF-8.")
        }
        guard !text.unicodeScalars.contains(where: \.isControl) else {
            throw Fault(message: "The header \(name) holds a control character.")
        }
        return text
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1: what CloudEvents 1.0 keeps out of strings.
    var isControl: Bool { value < 0x20 || (0x7F...0x9F).contains(value) }
}
