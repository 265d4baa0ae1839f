import MillraceDomain
import Yams

/// A part of a YAML document, members in their order.
enum DocumentNode: Sendable {
    /// `isText` is false for numbers, booleans and null.
    case scalar(String, isText: Bool)
    case list([DocumentNode])
    case object([(name: String, value: DocumentNode)])

    /// Reads a document; one without content is an empty object.
    ///
    /// - Throws: `YamlError` when it is not YAML.
    init(yaml: String) throws {
        self = try Yams.compose(yaml: yaml).map { DocumentNode($0) } ?? .object([])
    }

    private init(_ node: Node) {
        switch node {
        case .scalar(let scalar):
            self = .scalar(scalar.string, isText: scalar.style != .plain || !Self.isLiteral(scalar.string))
        case .sequence(let sequence):
            self = .list(sequence.map { DocumentNode($0) })
        case .mapping(let mapping):
            self = .object(mapping.map { (name: $0.key.scalar?.string ?? "", value: DocumentNode($0.value)) })
        case .alias:
            // Yams puts what an alias stands for in its place.
            self = .object([])
        }
    }

    private static func isLiteral(_ text: String) -> Bool {
        switch (try? JSONText(text))?.kind {
        case .number, .boolean, .null: true
        case .object, .array, .string, nil: false
        }
    }

    /// The member of an object.
    subscript(name: String) -> DocumentNode? { members.first { $0.name == name }?.value }

    /// The text of a scalar.
    var text: String? {
        guard case .scalar(let text, _) = self else { return nil }
        return text
    }

    /// The elements of a list; none of anything else.
    var elements: [DocumentNode] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object; none of anything else.
    var members: [(name: String, value: DocumentNode)] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// The value as JSON, indented by two spaces a level.
    func json(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .scalar(let text, isText: false):
            return text
        case .scalar(let text, isText: true):
            return Self.quoted(text)
        case .list(let elements):
            return Self.block(elements.map { $0.json(indent: inner) }, "[", "]", indent)
        case .object(let members):
            let items = members.map { "\(Self.quoted($0.name)): \($0.value.json(indent: inner))" }
            return Self.block(items, "{", "}", indent)
        }
    }

    /// Short things stand on one line.
    private static func block(_ items: [String], _ open: String, _ close: String, _ indent: String) -> String {
        let line = open + items.joined(separator: ", ") + close
        guard line.count > 80 || line.contains("\n") else { return line }
        return "\(open)\n" + items.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONWriter(capacity: text.utf8.count + 2)
        json.value(text)
        return json.text
    }
}
