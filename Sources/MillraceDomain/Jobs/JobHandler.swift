/// Code that does a kind of job.
///
/// A handler may be called more than once for one job: after a crash, a lost lease or a failure. It is cancelled when
/// its time limit passes, when a cancel is asked for, when its lease is lost and when its process drains.
public protocol JobHandler: Sendable {
    /// Does the job.
    ///
    /// - Returns: that it succeeded, with or without a result, or that it wants to be called again later.
    /// - Throws: `JobFailure` to say how it failed; any other error is a failure that may be retried.
    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome
}

/// How a handler may end without failing.
public enum HandlerOutcome: Hashable, Sendable {
    /// Done, perhaps with a result of at most 64 KiB.
    case succeeded(result: JSONText?)
    /// Not now: run it again after this time, without charging an attempt.
    case snooze(Duration)

    /// Done, without a result.
    public static let succeeded = HandlerOutcome.succeeded(result: nil)
}

/// What a handler may know and use besides the job.
public struct JobContext: Sendable {
    /// How long the handler has from its start.
    public let timeout: Duration
    private let reportProgress: @Sendable (JobProgress) -> Void

    /// Makes a context.
    public init(timeout: Duration, reportProgress: @escaping @Sendable (JobProgress) -> Void = { _ in }) {
        self.timeout = timeout
        self.reportProgress = reportProgress
    }

    /// Says how far the handler is. Cheap: the latest word of a moment is written, together with that of others.
    public func report(_ progress: JobProgress) {
        reportProgress(progress)
    }
}

/// How an attempt failed.
public struct JobFailure: Error, Hashable, Sendable {
    /// A machine word, at most 64 characters.
    public let code: String
    /// A sentence for a person, at most 2,000 characters.
    public let message: String
    /// Whether another attempt could succeed.
    public let isRetryable: Bool
    /// The shortest time until then, where somebody asked for one.
    public let retryAfter: Duration?

    /// Makes a failure; longer texts are cut.
    public init(code: String, message: String, isRetryable: Bool = true, retryAfter: Duration? = nil) {
        self.code = String(code.replacing("\0", with: "\u{FFFD}").prefix(64))
        self.message = String(message.replacing("\0", with: "\u{FFFD}").prefix(2000))
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
    }

    /// A failure that no further attempt can mend.
    public static func permanent(_ code: String, _ message: String) -> JobFailure {
        JobFailure(code: code, message: message, isRetryable: false)
    }
}
