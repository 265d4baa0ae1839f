import MillraceDomain
import MillraceRuntime

struct Thumbnail: JobHandler {
    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        guard let url = job.submission.payload.members?.first(where: { $0.name == "url" })?.value.string else {
            throw JobFailure.permanent("bad_payload", "The payload has no url.")
        }
        try await makeThumbnail(of: url)
        return .succeeded
    }
}

/// Stands for the work itself.
private func makeThumbnail(of url: String) async throws {
    guard url.hasPrefix("https://") else { throw JobFailure.permanent("bad_url", "Not an https:// URL.") }
}
