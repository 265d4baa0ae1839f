import MillraceDomain

/// Sleeps for `{"ms": n}`, 0 to 86,400,000; for trying an installation out.
struct SleepHandler: JobHandler {
    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        try await ContinuousClock().sleep(for: Self.duration(job.submission.payload))
        return .succeeded
    }

    private static func duration(_ payload: JSONText) throws -> Duration {
        do {
            var object = try JSONObject(payload)
            let milliseconds = object.takeInteger("ms", in: 0...86_400_000)
            object.require(milliseconds, "ms")
            try object.finish()
            return .milliseconds(milliseconds ?? 0)
        } catch {
            throw JobFailure.permanent("invalid_payload", "The payload must be {\"ms\": n}, n from 0 to 86400000.")
        }
    }
}
