import MillraceDomain
import Testing

/// The state table, written out: every state and event, allowed or refused.
struct JobTransitionTests {
    private typealias Effects = JobTransition.Effects

    private struct Move: Equatable {
        let state: JobState
        let effects: Effects

        init(_ state: JobState, _ effects: Effects = []) {
            self.state = state
            self.effects = effects
        }
    }

    private static let events: [JobEvent] =
        [true, false].flatMap { starts in
            [true, false].map { JobEvent.submitted(startsLater: starts, predecessorIsLive: $0) }
        } + [
            .due, .predecessorEnded(startsLater: true), .predecessorEnded(startsLater: false), .claimed, .cancelled,
            .expired, .succeeded, .snoozed, .released, .stopped, .failed(isFinal: true), .failed(isFinal: false),
            .leaseLost, .retriedByOperator, .retriedBehindPredecessor,
        ]

    private static let run: Effects = [.chargeAttempt, .takeLease]
    private static let end: Effects = [.endLease, .finish]

    private static let fromNothing: [JobEvent: Move] = [
        .submitted(startsLater: false, predecessorIsLive: false): Move(.queued),
        .submitted(startsLater: true, predecessorIsLive: false): Move(.scheduled),
        .submitted(startsLater: false, predecessorIsLive: true): Move(.blocked),
        .submitted(startsLater: true, predecessorIsLive: true): Move(.blocked),
    ]

    private static let running: [JobEvent: Move] = [
        .succeeded: Move(.succeeded, end),
        .cancelled: Move(.running, .askCancel),
        .snoozed: Move(.scheduled, [.endLease, .refundAttempt]),
        .released: Move(.queued, [.endLease, .refundAttempt]),
        .stopped: Move(.queued, [.endLease, .refundAttempt]),
        .failed(isFinal: false): Move(.retrying, .endLease),
        .failed(isFinal: true): Move(.dead, end),
        .leaseLost: Move(.queued, [.endLease, .refundAttempt, .countLostLease]),
    ]

    private static let runningCancelAsked: [JobEvent: Move] = [
        .succeeded: Move(.succeeded, end),
        .cancelled: Move(.running, .askCancel),
        .snoozed: Move(.cancelled, end),
        .released: Move(.cancelled, end),
        .stopped: Move(.cancelled, end),
        .failed(isFinal: false): Move(.cancelled, end),
        .failed(isFinal: true): Move(.cancelled, end),
        .leaseLost: Move(.cancelled, end),
    ]

    private static let back: [JobEvent: Move] = [
        .retriedByOperator: Move(.queued, .newGeneration), .retriedBehindPredecessor: Move(.blocked, .newGeneration),
    ]

    /// Everything that is not listed here is refused.
    private static let allowed: [JobState: [JobEvent: Move]] = [
        .scheduled: [
            .due: Move(.queued), .claimed: Move(.running, run), .cancelled: Move(.cancelled, .finish),
            .expired: Move(.expired, .finish),
        ],
        .blocked: [
            .predecessorEnded(startsLater: false): Move(.queued),
            .predecessorEnded(startsLater: true): Move(.scheduled),
            .cancelled: Move(.cancelled, .finish), .expired: Move(.expired, .finish),
        ],
        .queued: [
            .claimed: Move(.running, run), .cancelled: Move(.cancelled, .finish), .expired: Move(.expired, .finish),
        ],
        .running: running,
        .retrying: [
            .due: Move(.queued), .claimed: Move(.running, run), .cancelled: Move(.cancelled, .finish),
            .expired: Move(.expired, .finish),
        ],
        .succeeded: back,
        .dead: back,
        .cancelled: back,
        .expired: back,
    ]

    private func check(_ standing: JobStanding, _ table: [JobEvent: Move]) {
        for event in Self.events {
            let move = standing.transition(on: event).map { Move($0.state, $0.effects) }
            #expect(move == table[event], "\(standing.state?.rawValue ?? "nothing"), \(event)")
        }
    }

    @Test func `a job that does not exist can only be submitted`() {
        check(JobStanding(nil), Self.fromNothing)
    }

    @Test(arguments: JobState.allCases)
    func `from each state each event makes the move of the table or none`(_ state: JobState) throws {
        check(JobStanding(state), try #require(Self.allowed[state]))
    }

    @Test(arguments: JobState.allCases)
    func `a cancel that was asked for changes the moves of running jobs only`(_ state: JobState) throws {
        let table = state == .running ? Self.runningCancelAsked : try #require(Self.allowed[state])
        check(JobStanding(state, cancelAsked: true), table)
    }

    @Test func `the third lost lease is death, unless a cancel was asked for`() {
        for lost in 0...5 {
            let move = JobStanding(.running, lostLeases: lost).transition(on: .leaseLost)
            #expect(move?.state == (lost < 2 ? .queued : .dead), "\(lost) lost before")
            #expect(move?.effects.contains(.finish) == (lost >= 2))
            #expect(move?.effects.isSuperset(of: [.endLease, .countLostLease, .refundAttempt]) == true)
            let asked = JobStanding(.running, cancelAsked: true, lostLeases: lost).transition(on: .leaseLost)
            #expect(asked?.state == .cancelled)
        }
    }

    @Test func `the effects agree with the states they lead to`() {
        let standings = JobState.allCases.map { JobStanding($0) } + [JobStanding(.running, cancelAsked: true)]
        for standing in standings {
            for event in Self.events {
                guard let move = standing.transition(on: event) else { continue }
                let isTold = "\(String(describing: standing.state)), \(event)"
                #expect(move.effects.contains(.finish) == move.state.isTerminal, "\(isTold)")
                let startsRun = standing.state != .running && move.state == .running
                #expect(move.effects.contains(.takeLease) == startsRun, "\(isTold)")
                let endsRun = standing.state == .running && move.state != .running
                #expect(move.effects.contains(.endLease) == endsRun, "\(isTold)")
            }
        }
    }
}
