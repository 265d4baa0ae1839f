import MillraceDomain

/// Succeeds at once; for measuring, and for trying an installation out.
struct NoopHandler: JobHandler {
    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome { .succeeded }
}
