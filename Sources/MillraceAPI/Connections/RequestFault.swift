/// What is wrong with a request's form, on its way to the guard of the connection, who answers.
struct RequestFault: Error {
    let problem: Problem

    /// A breach of the rules of HTTP.
    static func malformed(_ detail: String) -> RequestFault {
        RequestFault(problem: Problem(.malformedRequest, detail))
    }
}
