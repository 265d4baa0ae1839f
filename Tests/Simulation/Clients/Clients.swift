import MillraceDomain

/// Everybody who asks for jobs, over HTTP and by records, and who changes their mind.
///
/// Touched only on the thread that drives its simulation.
final class Clients: @unchecked Sendable {
    private let life: Life
    private unowned let world: World
    private let servers: [Node]
    /// Whether a pause may still be on its way that was thought to have failed.
    private var isPauseUnknown = false
    private var chance: Chance
    private var releases: Chance
    private var open = 0
    /// Jobs of which somebody was told that they are accepted.
    private(set) var promised: [JobID] = []

    init(_ life: Life, servers: [Node]) {
        (self.life, world, self.servers) = (life, life.world, servers)
        chance = Chance(seed: world.scenario.seed, stream: 3)
        releases = Chance(seed: world.scenario.seed, stream: 6)
    }

    /// Whether everybody has what they wanted, or has given up.
    var areDone: Bool { open == 0 }

    func start() {
        let bulk = world.orders.orders.filter { $0.way == .bulk || $0.way == .atomicBulk }
        let groups = Dictionary(grouping: bulk) { "\($0.way) \($0.tag / 7)" }.sorted { $0.key < $1.key }.map(\.value)
        for order in world.orders.orders {
            switch order.way {
            case .request, .requestWithID:
                begin(at: order.at) { [self] () async throws(Life.Over) in try await submit([order]) }
            case .record, .recordWithID, .event:
                begin(at: order.at) { [self] () async throws(Life.Over) in try await produce(order) }
            case .bulk, .atomicBulk: break
            }
        }
        for group in groups { begin(at: group[0].at) { [self] () async throws(Life.Over) in try await submit(group) } }
        life.spawn { [self] () async throws(Life.Over) in try await releaseKeys() }
        begin(at: .seconds(2)) { [self] () async throws(Life.Over) in try await meddle() }
    }

    private func begin(at time: Duration, _ body: @escaping @Sendable () async throws(Life.Over) -> Void) {
        open += 1
        life.spawn { [self] () async throws(Life.Over) in
            try await life.sleep(time)
            try await body()
            open -= 1
        }
    }

    /// Asks an API process, wherever it is reached.
    private func ask<Value: Sendable>(
        _ body: @escaping @Sendable (APIServer) async throws(DomainError) -> Value
    ) async throws(Life.Over) -> Result<Value, DomainError> {
        let node = chance.pick(servers)
        guard let server = node.server, !server.life.isOver else { return .failure(.unavailable) }
        return try await life.wait { promise in
            server.life.deliver { [world, life] in
                server.life.spawn { () async throws(Life.Over) in
                    let result: Result<Value, DomainError>
                    do throws(DomainError) { result = .success(try await body(server)) } catch {
                        result = .failure(error)
                    }
                    // What a process that dies had to say is never heard.
                    guard !server.life.isOver else { return }
                    world.after(.milliseconds(1)) { life.deliver { promise.fulfil(result) } }
                }
            }
            // A process that dies or stands still answers nobody.
            life.after(.seconds(12)) { promise.fulfil(.failure(.ambiguous)) }
        }
    }

    private func submit(_ orders: [Orders.Order]) async throws(Life.Over) {
        let mayRepeat = orders.allSatisfy { $0.submission.id != nil }
        let isAtomic = orders[0].way == .atomicBulk
        for _ in 0..<60 {
            let answer = try await ask { (server) async throws(DomainError) in
                try await server.submit(orders.map(\.submission), isAtomic: isAtomic, by: APIServer.caller)
            }
            switch answer {
            case .success(let results):
                note(results)
                let isWhole = results.allSatisfy { (try? $0.get()) != nil }
                if isWhole, !mayRepeat || chance.hits(0.9) { return }
            case .failure(.ambiguous) where !mayRepeat:
                return world.note("client", "order \(orders[0].tag)", "unknown, given up")
            case .failure: break
            }
            try await life.sleep(chance.milliseconds(200...3000))
        }
    }

    private func note(_ results: [Result<SubmitOutcome, DomainError>]) {
        for result in results {
            guard case .success(let outcome) = result else { continue }
            switch outcome {
            case .accepted(let job), .existing(let job, _):
                promised.append(job.id)
                if world.auditor.seen[job.id] == nil {
                    world.fail(.lost, "\(job.id.short) was promised and is nowhere")
                }
            case .idTaken, .archived, .unknownOwner, .uniqueConflict, .uniqueArchived, .overQuota:
                world.fail(.doubled, "an order was answered \(outcome.word)")
            }
        }
    }

    private func produce(_ order: Orders.Order) async throws(Life.Over) {
        let message = BrokerMessage.submission(order)
        for _ in 0..<60 {
            let partition = chance.number(0...6)
            let isWritten = world.broker.produce(
                message, to: order.submission.queue, partition: partition, from: "producer")
            // Whoever hears nothing sends it again; and some do although they heard.
            if isWritten, order.way == .record || !world.hits(.doubledRecord, 0.1) { return }
            try await life.sleep(chance.milliseconds(300...2000))
        }
    }

    /// Cancels, sends back, pauses.
    private func meddle() async throws(Life.Over) {
        while world.elapsed < Nemesis.span {
            try await life.sleep(chance.milliseconds(300...1500))
            guard !world.auditor.accepted.isEmpty else { continue }
            let id = chance.pick(world.auditor.accepted)
            if world.hits(.cancel, 0.12) {
                _ = try await ask { (server) async throws(DomainError) in
                    try await server.cancel(id, by: APIServer.caller)
                }
            }
            if world.hits(.operatorRetry, 0.2) {
                let ended = world.auditor.accepted.filter { world.auditor.seen[$0]?.job.state.isTerminal ?? false }
                let id = ended.isEmpty ? id : chance.pick(ended)
                let isForced = chance.hits(0.5)
                _ = try await ask { (server) async throws(DomainError) in
                    try await server.retry(id, isForced: isForced, by: APIServer.caller)
                }
            }
            if world.hits(.pausedQueue, 0.05) { try await pause(chance.pick(Workshop.queues)) }
        }
        if isPauseUnknown { try await life.sleep(.seconds(40)) }
        for queue in Workshop.queues { try await setPaused(false, queue) }
    }

    /// Lets jobs go on behind dead ones, now and then, as long as there are any.
    private func releaseKeys() async throws(Life.Over) {
        while true {
            try await life.sleep(releases.milliseconds(2000...9000))
            let holders = world.auditor.holders.values.sorted()
            guard !holders.isEmpty else { continue }
            let id = releases.pick(holders)
            _ = try await ask { (server) async throws(DomainError) in
                try await server.release(id, by: APIServer.caller)
            }
        }
    }

    private func pause(_ queue: QueueName) async throws(Life.Over) {
        try await setPaused(true, queue)
        try await life.sleep(chance.milliseconds(1000...6000))
        try await setPaused(false, queue)
    }

    private func setPaused(_ isPaused: Bool, _ queue: QueueName) async throws(Life.Over) {
        for _ in 0..<60 {
            let answer = try await ask { (server) async throws(DomainError) in
                try await server.pause(queue, isPaused: isPaused, by: APIServer.caller)
            }
            if case .success = answer { return }
            isPauseUnknown = true
            try await life.sleep(.milliseconds(500))
        }
    }
}
