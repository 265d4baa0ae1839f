import MillraceDomain

/// What the edge takes from clients.
struct APILimits: Sendable {
    /// A body's greatest length in bytes.
    var maxBodyBytes = 1 << 20
    /// The same for bulk submissions.
    var maxBulkBodyBytes = 16 << 20
    /// How many jobs a bulk submission may hold.
    var maxBulkJobs = 10_000
    /// The greatest length of path and query in bytes.
    var maxTargetBytes = 8192
    /// How large one submission may be.
    var submission = SubmissionLimits()
    /// How much a user may have who has no limits of its own.
    var quota = Quota()
    /// Whether webhook endpoints may have `http` URLs: where private networks may be called.
    var allowsPlainWebhooks = false
    /// How long an answer may take, reading the request and `Prefer: wait` not counted.
    var answer: Duration = .milliseconds(4500)
    /// How many requests may be worked on at once, those not counted that wait for their client.
    var maxInFlight = 1024
    /// How many requests may wait for jobs at once (`Prefer: wait`).
    var maxWaiters = 1000
    /// How often the states of the jobs waited for are read.
    var watchInterval: Duration = .milliseconds(75)
}
