extension ContractPage {
    /// What is done for one method on one path.
    struct Operation {
        let method: String
        let path: String
        let node: DocumentNode
        /// The parameters of the path and its own.
        let parameters: [DocumentNode]

        /// Its name, which is also its place on the page.
        var id: String { node["operationId"]?.text ?? "" }
        /// A few words.
        var summary: String { node["summary"]?.text ?? "" }
    }

    private static let methods: Set<String> = ["get", "put", "post", "delete", "patch"]

    /// All operations, in the order of the document.
    var operations: [Operation] {
        (document["paths"]?.members ?? []).flatMap { path, item in
            item.members.filter { Self.methods.contains($0.name) }.map { method, node in
                let parameters = (item["parameters"]?.elements ?? []) + (node["parameters"]?.elements ?? [])
                return Operation(
                    method: method.uppercased(), path: path, node: node, parameters: parameters.map { follow($0) })
            }
        }
    }

    /// Those that bear a tag.
    func operations(of tag: DocumentNode) -> [Operation] {
        operations.filter { ($0.node["tags"]?.elements ?? []).contains { $0.text == tag["name"]?.text } }
    }

    /// Everything about one operation.
    func operationSection(_ operation: Operation) -> String {
        """
        <section id="\(operation.id)">
        <h3><code class="method">\(operation.method)</code> \(HTML.code(operation.path))</h3>
        <p><strong>\(HTML.escape(operation.summary)).</strong> \(access(operation))</p>
        \(prose(operation.node))
        \(table(["Parameter", "In", "Value", ""], operation.parameters.map { parameterRow($0) }))
        \(operation.node["requestBody"].map { body($0) } ?? "")
        \(table(["Status", "", "Form"], responses(operation)))
        </section>

        """
    }

    private func responses(_ operation: Operation) -> [[String]] {
        (operation.node["responses"]?.members ?? []).map { responseRow($0.name, follow($0.value)) }
    }

    private func access(_ operation: Operation) -> String {
        guard let requirement = operation.node["security"]?.elements.first else { return "Open to everybody." }
        let scopes = requirement.members.flatMap(\.value.elements).compactMap(\.text)
        return "Scope: \(scopes.map { HTML.code($0) }.joined(separator: ", "))."
    }

    private func parameterRow(_ parameter: DocumentNode) -> [String] {
        let schema = parameter["schema"] ?? .object([])
        let words = parameter["description"]?.text ?? follow(schema)["description"]?.text ?? ""
        let name = HTML.code(parameter["name"]?.text ?? "")
        return [
            parameter["required"]?.text == "true" ? "\(name) *" : name, HTML.escape(parameter["in"]?.text ?? ""),
            typeText(schema), HTML.inline(words) + exampleText(parameter),
        ]
    }

    private func exampleText(_ parameter: DocumentNode) -> String {
        parameter["example"]?.text.map { " For example \(HTML.code($0))." } ?? ""
    }

    private func body(_ reference: DocumentNode) -> String {
        let body = follow(reference)
        let forms = (body["content"]?.members ?? []).map { type, media in
            "<p>\(HTML.code(type)): \(media["schema"].map { typeText($0) } ?? "")</p>\n\(examples(media))"
        }
        let words = body["required"]?.text == "true" ? "" : ", which may be absent"
        return "<p><strong>Body</strong>\(words).</p>\n\(prose(body))\(forms.joined())"
    }

    private func examples(_ media: DocumentNode) -> String {
        let several = (media["examples"]?.members ?? []).compactMap { $0.value["value"] }
        return (several + [media["example"]].compactMap { $0 }).map { pre($0) }.joined()
    }

    private func responseRow(_ status: String, _ response: DocumentNode) -> [String] {
        let forms = (response["content"]?.members ?? []).map { type, media in
            "\(HTML.code(type)): \(media["schema"].map { typeText($0) } ?? "")"
        }
        let headers = (response["headers"]?.members ?? []).map(\.name).filter { $0 != "X-Request-Id" }
        let words = HTML.inline(response["description"]?.text ?? "")
        let fields = headers.isEmpty ? "" : " With \(headers.map { HTML.code($0) }.joined(separator: ", "))."
        return [HTML.escape(status), words + fields, forms.joined(separator: "<br>\n")]
    }
}
