/// How long to wait before the next attempt to connect: doubling from 50 ms to 1 s, give or take a fifth: work
/// is to go on within seconds of the server's return.
struct ConnectBackoff {
    /// Before this moment no connection is opened.
    private(set) var notBefore: ContinuousClock.Instant?
    /// What the last attempt failed of; nil after a success.
    private(set) var lastError: PostgresError?
    /// How many attempts have failed since the last success.
    private(set) var failures = 0

    mutating func succeeded() {
        self = ConnectBackoff()
    }

    mutating func failed(_ error: PostgresError, now: ContinuousClock.Instant) {
        lastError = error
        let delay = Duration.milliseconds(50) * (1 << min(failures, 5))
        notBefore = now + min(delay, .seconds(1)) * Double.random(in: 0.8...1.2)
        failures += 1
    }

    func allows(_ now: ContinuousClock.Instant) -> Bool {
        notBefore.map { $0 <= now } ?? true
    }
}
