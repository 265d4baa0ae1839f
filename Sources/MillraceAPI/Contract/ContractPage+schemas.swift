extension ContractPage {
    /// Everything about one named schema.
    func schemaSection(_ name: String, _ schema: DocumentNode) -> String {
        let required = Set((schema["required"]?.elements ?? []).compactMap(\.text))
        let rows = (schema["properties"]?.members ?? []).map { member, value in
            [
                required.contains(member) ? "\(HTML.code(member)) *" : HTML.code(member), typeText(value),
                HTML.inline(value["description"]?.text ?? ""),
            ]
        }
        let form = rows.isEmpty ? "<p>\(typeText(schema))</p>" : table(["Member", "Value", ""], rows)
        return """
            <section id="schema-\(HTML.escape(name))">
            <h3>\(HTML.escape(name))</h3>
            \(prose(schema))
            \(form)
            \((schema["examples"]?.elements ?? []).map { pre($0) }.joined())
            </section>

            """
    }

    /// A value as JSON in a block of its own.
    func pre(_ example: DocumentNode) -> String { "<pre>\(HTML.escape(example.json()))</pre>\n" }

    /// What a schema allows, in a few words.
    func typeText(_ schema: DocumentNode) -> String {
        if let reference = schema["$ref"]?.text {
            let name = HTML.escape(String(reference.split(separator: "/").last ?? ""))
            return "<a href=\"#schema-\(name)\">\(name)</a>"
        }
        for choice in ["anyOf", "oneOf"] {
            guard let schemas = schema[choice]?.elements else { continue }
            return schemas.map { typeText($0) }.joined(separator: " or ") + restrictions(schema)
        }
        if let schemas = schema["allOf"]?.elements { return schemas.map { typeText($0) }.joined(separator: "; ") }
        if schema["type"] == nil, let members = schema["properties"]?.members {
            return members.filter { $0.name != "status" || $0.value["enum"] != nil }
                .map { "\(HTML.code($0.name)) \(typeText($0.value))" }.joined(separator: ", ")
        }
        return plainType(schema) + restrictions(schema)
    }

    private func plainType(_ schema: DocumentNode) -> String {
        if let value = schema["const"]?.text { return HTML.code(value) }
        if let values = schema["enum"]?.elements {
            return values.compactMap(\.text).map { HTML.code($0) }.joined(separator: ", ")
        }
        guard let type = schema["type"] else { return "any JSON" }
        let names = type.text.map { [$0] } ?? type.elements.compactMap(\.text)
        return names.map { name in
            switch name {
            case "array": "array of \(schema["items"].map { typeText($0) } ?? "anything")"
            case "object": schema["additionalProperties"].map { objectType($0) } ?? "object"
            default: HTML.escape(name)
            }
        }.joined(separator: " or ")
    }

    private func objectType(_ values: DocumentNode) -> String {
        values.members.isEmpty ? "object" : "object of \(typeText(values))"
    }

    private func restrictions(_ schema: DocumentNode) -> String {
        var words: [String] = []
        if let format = schema["format"]?.text { words.append(HTML.escape(format)) }
        words += [range(schema, "minimum", "maximum", ""), range(schema, "minLength", "maxLength", " characters")]
            .compactMap { $0 }
        if let items = range(schema, "minItems", "maxItems", " elements") { words.append(items) }
        if let pattern = schema["pattern"]?.text { words.append(HTML.code(pattern)) }
        if let value = schema["default"] { words.append("default \(HTML.code(value.json()))") }
        return words.isEmpty ? "" : ", " + words.joined(separator: ", ")
    }

    private func range(_ schema: DocumentNode, _ low: String, _ high: String, _ unit: String) -> String? {
        switch (schema[low]?.text, schema[high]?.text) {
        case (nil, nil): nil
        case (let low?, nil): "at least \(HTML.escape(low))\(unit)"
        case (nil, let high?): "at most \(HTML.escape(high))\(unit)"
        case (let low?, let high?): "\(HTML.escape(low))–\(HTML.escape(high))\(unit)"
        }
    }
}
