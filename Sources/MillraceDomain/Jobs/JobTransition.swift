/// What happens to a job.
public enum JobEvent: Hashable, Sendable {
    /// The job is accepted.
    case submitted(startsLater: Bool, predecessorIsLive: Bool)
    /// Its start time or the time of its next attempt has come.
    case due
    /// The job of its ordering key before it has ended.
    case predecessorEnded(startsLater: Bool)
    /// A consumer takes it to run it.
    case claimed
    /// Its owner or an operator wants it ended.
    case cancelled
    /// The time by which it had to start has passed.
    case expired
    /// Its handler succeeded.
    case succeeded
    /// Its handler wants to be called again later.
    case snoozed
    /// Its consumer gives it back unstarted or unfinished.
    case released
    /// Its handler stopped because it was asked to.
    case stopped
    /// Its handler failed.
    case failed(isFinal: Bool)
    /// Its lease ran out.
    case leaseLost
    /// An operator wants it to run again.
    case retriedByOperator
    /// An operator wants it to run again, and another job of its ordering key is live.
    case retriedBehindPredecessor
}

/// A move of the state table: where the job goes and what changes with it.
public struct JobTransition: Hashable, Sendable {
    /// What changes besides the state.
    public struct Effects: OptionSet, Hashable, Sendable {
        public let rawValue: UInt16

        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The attempt count grows by one.
        public static let chargeAttempt = Effects(rawValue: 1 << 0)
        /// The attempt count shrinks by one: the run does not count.
        public static let refundAttempt = Effects(rawValue: 1 << 1)
        /// A new lease token is written.
        public static let takeLease = Effects(rawValue: 1 << 2)
        /// The lease token is erased, and an attempt record written.
        public static let endLease = Effects(rawValue: 1 << 3)
        /// The count of lost leases grows by one.
        public static let countLostLease = Effects(rawValue: 1 << 4)
        /// The request to cancel is written down for the lease holder.
        public static let askCancel = Effects(rawValue: 1 << 5)
        /// The job has ended: its finishing time is written.
        public static let finish = Effects(rawValue: 1 << 6)
        /// A new generation begins: attempts and lost leases count from zero, the end is forgotten, history kept.
        public static let newGeneration = Effects(rawValue: 1 << 7)
    }

    /// The state after the event.
    public let state: JobState
    /// What changes with it.
    public let effects: Effects

    init(_ state: JobState, _ effects: Effects = []) {
        self.state = state
        self.effects = effects
    }
}

/// What the state table needs to know of a job.
public struct JobStanding: Hashable, Sendable {
    /// The state; nil for a job that does not exist yet.
    public let state: JobState?
    /// Whether a cancel was asked for while it runs.
    public let cancelAsked: Bool
    /// How many leases it has lost in this generation.
    public let lostLeases: Int

    /// Makes a standing.
    public init(_ state: JobState?, cancelAsked: Bool = false, lostLeases: Int = 0) {
        self.state = state
        self.cancelAsked = cancelAsked
        self.lostLeases = lostLeases
    }
}

extension JobStanding {
    /// A job that loses this many leases is dead with the reason `crash_loop`.
    public static let lostLeaseLimit = 3

    /// The state table: the move that `event` makes from here; nil when the event has no place in this state.
    public func transition(on event: JobEvent) -> JobTransition? {
        switch state {
        case nil: fromNothing(event)
        case .scheduled, .blocked, .queued, .retrying: fromWaiting(event)
        case .running: fromRunning(event)
        case .succeeded, .dead, .cancelled, .expired:
            fromTerminal(event)
        }
    }

    private func fromTerminal(_ event: JobEvent) -> JobTransition? {
        switch event {
        case .retriedByOperator: JobTransition(.queued, .newGeneration)
        case .retriedBehindPredecessor: JobTransition(.blocked, .newGeneration)
        default: nil
        }
    }

    private func fromNothing(_ event: JobEvent) -> JobTransition? {
        guard case .submitted(let startsLater, let predecessorIsLive) = event else { return nil }
        return JobTransition(predecessorIsLive ? .blocked : startsLater ? .scheduled : .queued)
    }

    private func fromWaiting(_ event: JobEvent) -> JobTransition? {
        switch (state, event) {
        case (_, .cancelled): JobTransition(.cancelled, .finish)
        case (_, .expired): JobTransition(.expired, .finish)
        case (.scheduled, .due), (.retrying, .due): JobTransition(.queued)
        case (.blocked, .predecessorEnded(let startsLater)): JobTransition(startsLater ? .scheduled : .queued)
        case (.scheduled, .claimed), (.retrying, .claimed), (.queued, .claimed):
            JobTransition(.running, [.chargeAttempt, .takeLease])
        default: nil
        }
    }

    private func fromRunning(_ event: JobEvent) -> JobTransition? {
        switch event {
        case .succeeded: JobTransition(.succeeded, [.endLease, .finish])
        case .cancelled: JobTransition(.running, .askCancel)
        case .stopped where cancelAsked, .snoozed where cancelAsked, .released where cancelAsked,
            .failed where cancelAsked, .leaseLost where cancelAsked:
            JobTransition(.cancelled, [.endLease, .finish])
        case .snoozed: JobTransition(.scheduled, [.endLease, .refundAttempt])
        case .released, .stopped: JobTransition(.queued, [.endLease, .refundAttempt])
        case .failed(isFinal: false): JobTransition(.retrying, .endLease)
        case .failed(isFinal: true): JobTransition(.dead, [.endLease, .finish])
        case .leaseLost where lostLeases + 1 >= Self.lostLeaseLimit:
            JobTransition(.dead, [.endLease, .countLostLease, .refundAttempt, .finish])
        case .leaseLost: JobTransition(.queued, [.endLease, .countLostLease, .refundAttempt])
        case .submitted, .due, .predecessorEnded, .claimed, .expired, .retriedByOperator,
            .retriedBehindPredecessor:
            nil
        }
    }
}
