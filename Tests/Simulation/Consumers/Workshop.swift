import MillraceDomain

/// The kind of work that is done in simulations, and how it goes.
enum Workshop {
    static let kind = JobKind(stored: "work")
    /// A kind of which a dead job holds its ordering key.
    static let strictKind = JobKind(stored: "strict")
    static let queues = [QueueName.default, QueueName(stored: "bulk")]
    static let policy = HandlerPolicy(
        timeout: .seconds(6), maxAttempts: 4,
        retry: RetryPolicy(base: .milliseconds(500), cap: .seconds(4), maxAge: .seconds(3600)))
    static let catalogue = HandlerCatalogue([
        KindDescription(kind: kind, driver: .swift, policy: policy),
        KindDescription(
            kind: strictKind, driver: .swift,
            policy: HandlerPolicy(
                timeout: policy.timeout, maxAttempts: policy.maxAttempts, retry: policy.retry, onDead: .hold)),
    ])

    /// How one run will go.
    struct Plan {
        /// By the node's clock; longer than the time limit means that it runs into it.
        var takes: Duration
        var ending: Ending
        /// Whether it goes on when it is stopped.
        var isStubborn = false
    }

    /// How a handler ends.
    enum Ending: Sendable {
        case outcome(HandlerOutcome)
        case failure(JobFailure)
    }

    /// How the `number`-th run of a job will go: the same, whoever runs it and when.
    static func plan(tag: Int, number: Int, in world: World) -> Plan {
        var chance = Chance(seed: world.scenario.seed, stream: 1_000_000 + UInt64(tag * 100 + number))
        let takes = chance.milliseconds(chance.hits(0.12) ? 800...5500 : 5...400)
        var plan = Plan(takes: takes, ending: .outcome(.succeeded(result: JSONText(stored: "\(number)"))))
        if world.hits(.stubbornHandler, 0.03) {
            plan.isStubborn = true
            plan.takes = chance.milliseconds(4000...25_000)
        }
        guard world.hits(.failingHandler, 0.15) else { return plan }
        switch chance.number(0...9) {
        case 0...3: plan.ending = .failure(JobFailure(code: "broken", message: "It broke."))
        case 4:
            plan.ending = .failure(
                JobFailure(code: "busy", message: "Not now.", retryAfter: chance.milliseconds(100...7000)))
        case 5: plan.ending = .failure(.permanent("wrong", "It can never be done."))
        case 6, 7: plan.ending = .outcome(.snooze(chance.milliseconds(100...5000)))
        case 8: plan.takes = policy.timeout + .seconds(1)
        default: plan.ending = .outcome(.succeeded(result: tooLarge))
        }
        return plan
    }

    private static let tooLarge = JSONText(
        stored: "\"" + String(repeating: "x", count: RunJob.maxResultBytes) + "\"")
}

/// A handler that ends as it was planned.
struct PlannedHandler: JobHandler, HandlerRegistry {
    let ending: Workshop.Ending

    func handler(for description: KindDescription) -> (any JobHandler)? { self }

    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        try Task.checkCancellation()
        switch ending {
        case .outcome(let outcome): return outcome
        case .failure(let failure): throw failure
        }
    }
}
