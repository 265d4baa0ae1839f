import MillraceDomain

/// How a store's machine and the way to it are at the moment.
final class Server {
    /// It refuses everything until then.
    var downUntil = World.start
    /// It does nothing until then, and everything it was asked after that.
    var frozenUntil = World.start

    /// Nothing is wrong with it any more.
    func heal(_ now: Timestamp) {
        downUntil = min(downUntil, now)
        frozenUntil = min(frozenUntil, now)
    }
}

/// What will become of one call.
struct CallPlan {
    var outbound: Duration
    var inbound: Duration
    var isRefused = false
    var isReplyLost = false
    var isDefect = false
    /// Whether it may take longer than its caller waits.
    var isSlow = false

    /// How long a caller waits, by its own clock.
    static let patience: Duration = .seconds(5)
}

extension World {
    func planCall(to server: Server, isWrite: Bool) -> CallPlan {
        var plan = CallPlan(
            outbound: latency.milliseconds(1...8), inbound: latency.milliseconds(1...8))
        plan.isRefused = hits(.refusedCall, 0.015)
        plan.isReplyLost = hits(.lostReply, 0.02)
        plan.isDefect = server === stores.jobs && hits(.storeDefect, 0.003)
        if hits(.slowCall, 0.015) {
            plan.isSlow = true
            plan.outbound += faults.length(.slowCall, 50...7000)
        }
        return plan
    }
}

extension Life {
    /// Sends a call to a server and waits for its answer, like any client with a deadline of its own.
    ///
    /// - Parameters:
    ///   - effect: what the server does: at once and wholly when the call arrives, whether or not anybody still
    ///     waits for it.
    ///   - say: what it answered, for the trace.
    func call<Value: Sendable>(
        _ what: String, to server: Server, isWrite: Bool = true, say: @escaping @Sendable (Value) -> String,
        _ effect: @escaping @Sendable () async throws(DomainError) -> Value
    ) async throws(DomainError) -> Value {
        let result: Result<Value, DomainError>
        do throws(Over) {
            result = try await wait { (promise: Promise<Result<Value, DomainError>?>) in
                CallUnderWay(
                    life: self, what: what, server: server, isWrite: isWrite,
                    plan: world.planCall(to: server, isWrite: isWrite), promise: promise, say: say, effect: effect
                ).send()
            }
        } catch {
            throw .unavailable
        }
        return try result.get()
    }
}

/// A call between its sending and its answer.
///
/// Touched only on the thread that drives its simulation.
private final class CallUnderWay<Value: Sendable>: @unchecked Sendable {
    private let life: Life
    private let what: String
    private let server: Server
    private let isWrite: Bool
    private let plan: CallPlan
    private let promise: Promise<Result<Value, DomainError>?>
    private let say: @Sendable (Value) -> String
    private let effect: @Sendable () async throws(DomainError) -> Value

    init(
        life: Life, what: String, server: Server, isWrite: Bool, plan: CallPlan,
        promise: Promise<Result<Value, DomainError>?>, say: @escaping @Sendable (Value) -> String,
        effect: @escaping @Sendable () async throws(DomainError) -> Value
    ) {
        (self.life, self.what, self.server, self.isWrite, self.plan) = (life, what, server, isWrite, plan)
        (self.promise, self.say, self.effect) = (promise, say, effect)
    }

    private var world: World { life.world }
    private var unknown: DomainError { isWrite ? .ambiguous : .unavailable }

    func send() {
        if plan.isSlow { limit() }
        world.after(plan.outbound) { [self] in
            if plan.isRefused { answer(.failure(.unavailable), "refused") } else { arrive() }
        }
    }

    private func arrive() {
        if world.now < server.downUntil { return answer(.failure(.unavailable), "is away") }
        guard world.now >= server.frozenUntil else {
            limit()
            return world.after(server.frozenUntil - world.now) { [self] in arrive() }
        }
        if plan.isDefect { return answer(.failure(.failure), "calls it a defect") }
        world.spawn { [self] in
            let result: Result<Value, DomainError>
            do throws(DomainError) { result = .success(try await effect()) } catch { result = .failure(error) }
            note(result)
            if plan.isReplyLost {
                answer(.failure(unknown), "answer lost")
            } else {
                world.after(plan.inbound) { [self] in life.deliver { [promise] in promise.fulfil(result) } }
            }
        }
    }

    /// The caller waits no longer than it does.
    private func limit() {
        life.after(CallPlan.patience) { [self] in
            guard !promise.isFulfilled else { return }
            world.note(life.node.name, what, "gave up waiting")
            promise.fulfil(.failure(unknown))
        }
    }

    private func answer(_ result: Result<Value, DomainError>, _ why: String) {
        world.note(life.node.name, what, why)
        world.after(plan.inbound) { [self] in
            life.deliver { [promise] in promise.fulfil(result) }
        }
    }

    private func note(_ result: Result<Value, DomainError>) {
        guard world.trace.isOn else { return }
        let late = life.isOver ? " (its caller is dead)" : promise.isFulfilled ? " (nobody waits for it)" : ""
        switch result {
        case .success(let value): world.note(life.node.name, what, say(value) + late)
        case .failure(let error): world.note(life.node.name, what, "\(error)" + late)
        }
    }
}
