import MillraceDomain
import Yams

/// Reads the handler catalogue: `handlers:` in the configuration file, and the file named by `handlers.file`.
struct HandlerDecoder {
    let file: ConfigurationFile?
    let environment: [String: String]

    /// The built-in kinds and the handlers of both places; what is wrong is reported to `values`.
    ///
    /// - Parameter sharedKeys: what signs webhooks of kinds without keys of their own.
    func callAsFunction(reading values: inout SettingsReader, sharedKeys: [[UInt8]]) -> HandlerCatalogue {
        let separate = values.optionalString("handlers.file", expected: "the path of a YAML file")
        var handlers: [String: KindDescription] = [:]
        if let file, case .file(let path) = file.source.place {
            decode(file.handlers, (source: "file \(path)", sharedKeys), into: &handlers, reporting: &values)
        }
        if let separate {
            do throws(ConfigurationError) {
                let root = try ConfigurationFile.parse(path: separate, key: "handlers.file").1
                decode(
                    Self.catalogue(in: root), (source: "file \(separate)", sharedKeys), into: &handlers,
                    reporting: &values)
            } catch {
                values.report(error)
            }
        }
        return HandlerCatalogue(HandlerCatalogue.builtIn + handlers.values)
    }

    private func decode(
        _ catalogue: Node.Mapping, _ context: (source: String, sharedKeys: [[UInt8]]),
        into handlers: inout [String: KindDescription],
        reporting values: inout SettingsReader
    ) {
        for (key, node) in catalogue {
            let kind = key.string ?? ""
            var entry = HandlerEntry(
                kind: kind, role: values.role, source: context.source, environment: environment,
                sharedKeys: context.sharedKeys)
            let handler = entry.decode(node)
            if handlers[kind] != nil { entry.report(nil, "has two handlers") }
            handlers[kind] = handlers[kind] ?? handler
            values.report(ConfigurationError(entry.problems))
        }
    }

    /// A separate file holds the kinds at its root, or, as in the configuration file, below one `handlers:`.
    private static func catalogue(in root: Node.Mapping) -> Node.Mapping {
        guard root.count == 1, let inner = root["handlers"]?.mapping, inner["driver"] == nil else { return root }
        return inner
    }
}
