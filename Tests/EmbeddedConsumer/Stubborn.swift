import MillraceDomain

/// Works on for a time whatever it is told, without holding a thread.
struct Stubborn: JobHandler {
    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        // Not a child: nobody can cancel it.
        await Task.detached { try? await Task.sleep(for: .seconds(14)) }.value
        return .succeeded
    }
}
