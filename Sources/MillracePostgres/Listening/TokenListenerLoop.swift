import Logging
import MillraceDomain

/// The thread of a ``TokenListener``: one connection, which is opened anew whenever it is lost.
struct TokenListenerLoop: Sendable {
    /// How many triggers tell of tokens.
    private static let triggers = "4"
    /// After how long without an answer a connection counts as lost. Memory is out of trust long before.
    private static let answerLimit = Duration.seconds(3)

    let settings: PostgresSettings
    /// How long after one proof the next is asked for.
    let interval: Duration
    let stop: StopSignal
    let isAwaited: @Sendable () -> Bool
    let hear: @Sendable (TokenNews) -> Void
    let logger: Logger

    /// Listens until it is told to stop.
    func run() {
        var backoff = ConnectBackoff()
        while !stop.isGiven {
            do {
                try listen { begun(&backoff) }
            } catch {
                hear(.interrupted)
                guard !stop.isGiven else { return }
                let cause = error as? PostgresError ?? PostgresError(.connection, "\(error)")
                if backoff.failures == 0 {
                    logger.warning(
                        "changes of tokens are not heard", metadata: ["error.message": "\(cause.message)"])
                }
                backoff.failed(cause, now: .now)
                stop.wait(until: backoff.notBefore ?? .now)
            }
        }
        hear(.interrupted)
    }

    /// Listening has begun.
    private func begun(_ backoff: inout ConnectBackoff) {
        if backoff.failures > 0 { logger.notice("changes of tokens are heard again") }
        backoff.succeeded()
    }

    /// Listens on one connection until it is lost.
    private func listen(onBegin: () -> Void) throws {
        let session = try BlockingSession(settings, endedBy: stop)
        try requireTriggers(session)
        var asked = ContinuousClock.now
        try session.execute(TokenListenerStatements.listen.sql.text, within: Self.answerLimit)
        hear(.interrupted)
        // Answered by the very session that listens, so that this one is not behind a pooler that changes them.
        try prove(session, asked)
        onBegin()
        while true {
            for payload in try session.notifications(until: asked + interval) { hear(payload) }
            guard .now - asked >= interval else { continue }
            asked = .now
            if isAwaited() { try prove(session, asked) }
        }
    }

    /// Has the server answer: what was committed before it was asked is told before that.
    private func prove(_ session: BlockingSession, _ asked: ContinuousClock.Instant) throws {
        let rows = try session.execute(TokenListenerStatements.proof.sql.text, within: Self.answerLimit)
        guard rows.first?.first == "\(session.backend)" else {
            throw PostgresError(.configuration, "Listening needs a session of its own, not a pooler's.")
        }
        for payload in session.takeNotifications() { hear(payload) }
        hear(.complete(until: asked))
    }

    private func requireTriggers(_ session: BlockingSession) throws {
        let rows = try session.execute(TokenListenerStatements.triggers.sql.text, within: Self.answerLimit)
        guard rows.first?.first == Self.triggers else {
            throw PostgresError(.configuration, "The triggers that tell of tokens are missing: migrate first.")
        }
    }

    /// A payload is a user's id. Any other, from whomever, means everybody.
    private func hear(_ payload: String) {
        hear(.changed(UserID(payload)))
    }
}
