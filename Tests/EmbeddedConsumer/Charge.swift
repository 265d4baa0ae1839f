import MillraceDomain
import MillracePostgres
import MillraceRuntime

struct Charge: TransactionalJobHandler {
    func run(
        _ job: Job, context: JobContext, in transaction: any HandlerTransaction
    ) async throws -> HandlerOutcome {
        try await transaction.sql.execute(
            "INSERT INTO charges (job_id, request) VALUES ($1, $2)", .uuid(job.id.uniqueID),
            .text(job.submission.payload.text))
        return .succeeded
    }
}
