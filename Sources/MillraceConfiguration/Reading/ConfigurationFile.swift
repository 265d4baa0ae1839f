import Configuration
import FoundationEssentials
import Yams

/// The YAML file named by `MILLRACE_CONFIG`, read once: its settings, and its `handlers:` as they were written.
struct ConfigurationFile {
    /// Larger files are refused: nobody's settings are that long.
    static let maximumBytes = 1_048_576

    let source: ConfigurationSource
    /// The mapping under `handlers:`, without `handlers.file`; empty when there is none.
    let handlers: Node.Mapping

    /// Reads and parses the file.
    ///
    /// - Throws: ``ConfigurationError`` naming the file when it is missing, too large, not YAML or not a mapping.
    init(path: String) throws(ConfigurationError) {
        let (bytes, root) = try Self.parse(path: path, key: "MILLRACE_CONFIG")
        do {
            let snapshot = try YAMLSnapshot(data: bytes.span.bytes, providerName: path, parsingOptions: .default)
            let written = Self.flatten(root)
            source = ConfigurationSource(place: .file(path: path), snapshot: snapshot, written: written)
        } catch {
            // What the error quotes may be a secret.
            throw Self.problem(path, "MILLRACE_CONFIG", "is not read as settings (\(type(of: error)))")
        }
        var handlers = root["handlers"]?.mapping ?? Node.Mapping([])
        if handlers["file"]?.mapping == nil { handlers["file"] = nil }
        self.handlers = handlers
    }

    /// Reads a file whose root must be a mapping (an empty file counts as one).
    static func parse(path: String, key: String) throws(ConfigurationError) -> ([UInt8], Node.Mapping) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw problem(path, key, "cannot be read")
        }
        guard data.count <= maximumBytes else { throw problem(path, key, "is larger than \(maximumBytes) bytes") }
        guard let text = String(validating: data, as: UTF8.self) else { throw problem(path, key, "is not UTF-8") }
        do {
            guard let node = try Yams.compose(yaml: text) else { return (Array("{}".utf8), Node.Mapping([])) }
            guard let mapping = node.mapping else { throw problem(path, key, "is not a mapping of keys to values") }
            return (Array(text.utf8), mapping)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw problem(path, key, "is not YAML: \(Self.words(error))")
        }
    }

    /// Dotted keys and what was written for them; `handlers` is left out but for `handlers.file`.
    private static func flatten(_ root: Node.Mapping) -> [String: String?] {
        var written: [String: String?] = [:]
        var rest = root.map { (name: $0.key.string ?? "?", node: $0.value) }
        while let (name, node) = rest.popLast() {
            if let mapping = node.mapping {
                let children = mapping.map { (name: "\(name).\($0.key.string ?? "?")", node: $0.value) }
                rest += name == "handlers" ? children.filter { $0.name == "handlers.file" } : children
            } else if let sequence = node.sequence {
                written[name] = sequence.map { $0.string ?? "" }.joined(separator: ",")
            } else if name != "handlers" || node.null == nil {
                written[name] = .some(node.null == nil ? node.string : nil)
            }
        }
        return written
    }

    private static func problem(_ path: String, _ key: String, _ reason: String) -> ConfigurationError {
        ConfigurationError([.init(key: key, source: "file \(path)", reason: reason)])
    }

    /// Where the text is wrong, and how, without the text: it may be a secret.
    private static func words(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "line \(mark.line), column \(mark.column): \(problem)"
        case .reader(let problem, _, _, _): problem
        case .duplicatedKeysInMapping(_, let context): "line \(context.mark.line): a key is there twice"
        default: "\(type(of: error))"
        }
    }
}
