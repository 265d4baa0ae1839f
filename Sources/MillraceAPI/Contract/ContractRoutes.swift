import Hummingbird

/// `/openapi.yaml` and `/docs`: what this API promises, for programs and for people.
struct ContractRoutes: Sendable {
    /// `GET /openapi.yaml`
    @Sendable func document(_ call: Call) async throws -> Response {
        Self.document.response(to: call)
    }

    /// `GET /docs`
    @Sendable func page(_ call: Call) async throws -> Response {
        try Self.page.get().response(to: call)
    }

    /// The document as it was when this was built.
    static let text = EmbeddedContract.files.first?.text ?? ""

    private static let document = Publication(text, type: "application/yaml")

    /// Made at the first request, once.
    private static let page = Result {
        Publication(
            try ContractPage(yaml: text).html, type: "text/html; charset=utf-8",
            headers: [.contentSecurityPolicy: ContractPage.policy])
    }
}
