import Crypto

/// The document as one page for people: no scripts, and nothing from elsewhere.
struct ContractPage {
    let document: DocumentNode

    /// Reads the document.
    ///
    /// - Throws: when it is not YAML.
    init(yaml: String) throws {
        document = try DocumentNode(yaml: yaml)
    }

    /// What a browser may do with the page: apply its one style sheet.
    static let policy = """
        default-src 'none'; style-src 'sha256-\(Base64.encode(Array(SHA256.hash(data: Array(style.utf8)))))'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#222;background:#fff}
        code,pre{font:14px/1.4 ui-monospace,monospace;background:#f3f3f3;border-radius:3px;padding:0 .2em}
        pre{padding:.6em;overflow-x:auto}
        table{border-collapse:collapse;width:100%;margin:.5rem 0}
        th,td{text-align:left;vertical-align:top;border-top:1px solid #ccc;padding:.25rem .5rem .25rem 0}
        td p,section p{margin:.3rem 0}
        h2{border-bottom:2px solid #222;margin-top:2.5rem}
        h3{margin:2rem 0 .3rem}
        .method{font-weight:bold;background:#222;color:#fff}
        @media(prefers-color-scheme:dark){
        body{color:#ddd;background:#181818}code,pre{background:#2a2a2a}th,td{border-color:#444}a{color:#8bf}
        h2{border-color:#ddd}.method{background:#ddd;color:#181818}}
        """

    /// The page.
    var html: String {
        let title = HTML.escape(document["info"]?["title"]?.text ?? "")
        let version = HTML.escape(document["info"]?["version"]?.text ?? "")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) \(version)</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>\(title) \(version)</h1>
            \(prose(document["info"]))
            <p>For programs: <a href="/openapi.yaml">openapi.yaml</a>. All <a href="/problems">problems</a>.</p>
            \(contents)
            \(tags.map { section($0) }.joined())
            <h2 id="schemas">Schemas</h2>
            \(schemas)
            </body>
            </html>

            """
    }

    private var schemas: String {
        (document["components"]?["schemas"]?.members ?? []).map { schemaSection($0.name, $0.value) }.joined()
    }

    private var tags: [DocumentNode] { document["tags"]?.elements ?? [] }

    private var contents: String {
        let lists = tags.map { tag in
            let items = operations(of: tag).map { operation in
                "<a href=\"#\(operation.id)\">\(HTML.escape(operation.summary))</a>"
            }
            return "<li>\(HTML.escape(tag["name"]?.text ?? "")): \(items.joined(separator: " · "))</li>\n"
        }
        return "<nav><ul>\n\(lists.joined())<li><a href=\"#schemas\">Schemas</a></li>\n</ul></nav>"
    }

    private func section(_ tag: DocumentNode) -> String {
        """
        <h2>\(HTML.escape(tag["name"]?.text ?? ""))</h2>
        \(prose(tag))
        \(operations(of: tag).map { operationSection($0) }.joined())
        """
    }

    /// The description of something, as paragraphs.
    func prose(_ node: DocumentNode?) -> String { HTML.prose(node?["description"]?.text ?? "") }

    /// The node itself, or the one that it refers to.
    func follow(_ node: DocumentNode) -> DocumentNode {
        guard let reference = node["$ref"]?.text, reference.hasPrefix("#/") else { return node }
        let names = reference.dropFirst(2).split(separator: "/")
        return names.reduce(document) { found, name in found[String(name)] ?? .object([]) }
    }

    /// A table; nothing when it has no rows.
    func table(_ heads: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let head = heads.map { "<th>\($0)</th>" }.joined()
        let body = rows.map { "<tr>\($0.map { "<td>\($0)</td>" }.joined())</tr>" }.joined(separator: "\n")
        return "<table>\n<tr>\(head)</tr>\n\(body)\n</table>\n"
    }
}
