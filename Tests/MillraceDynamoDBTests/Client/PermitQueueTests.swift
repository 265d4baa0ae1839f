import NIOPosix
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `Permit queue` {
    @Test func `places are given out up to the limit, then in the order of asking`() async throws {
        let queue = queue(max: 1)
        try await queue.acquire()
        let order = Noted<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...5 {
                group.addTask {
                    try await queue.acquire()
                    order.change { $0.append(number) }
                    queue.release()
                }
                let stands = try await eventually { queue.snapshot().waiting == number }
                #expect(stands)
            }
            #expect(queue.snapshot() == DynamoDBPoolSnapshot(inUse: 1, waiting: 5, max: 1))
            queue.release()
            try await group.waitForAll()
        }
        #expect(order.value == [1, 2, 3, 4, 5])
        #expect(queue.snapshot().inUse == 0)
    }

    @Test func `who waits too long is refused, and takes no place`() async throws {
        let queue = queue(max: 1, acquireTimeout: .milliseconds(30))
        try await queue.acquire()
        let error = await #expect(throws: DynamoDBError.self) { try await queue.acquire() }
        #expect(error?.kind == .poolExhausted)
        queue.release()
        #expect(queue.snapshot() == DynamoDBPoolSnapshot(inUse: 0, waiting: 0, max: 1))
    }

    @Test func `no time to wait is no time`() async throws {
        let queue = queue(max: 1, acquireTimeout: .zero)
        try await queue.acquire()
        let error = await #expect(throws: DynamoDBError.self) { try await queue.acquire() }
        #expect(error?.kind == .poolExhausted)
    }

    @Test func `the line has an end`() async throws {
        let queue = queue(max: 1, maxWaiting: 1)
        try await queue.acquire()
        let waiting = Task { try await queue.acquire() }
        let stands = try await eventually { queue.snapshot().waiting == 1 }
        #expect(stands)
        let error = await #expect(throws: DynamoDBError.self) { try await queue.acquire() }
        #expect(error?.kind == .poolExhausted)
        queue.release()
        try await waiting.value
    }

    @Test func `who is cancelled leaves the line, and the next one moves up`() async throws {
        let queue = queue(max: 1)
        try await queue.acquire()
        let cancelled = Task { try await queue.acquire() }
        let first = try await eventually { queue.snapshot().waiting == 1 }
        let patient = Task { try await queue.acquire() }
        let second = try await eventually { queue.snapshot().waiting == 2 }
        #expect(first && second)
        cancelled.cancel()
        let error = await #expect(throws: DynamoDBError.self) { try await cancelled.value }
        #expect(error?.kind == .cancelled)
        queue.release()
        try await patient.value
        #expect(queue.snapshot() == DynamoDBPoolSnapshot(inUse: 1, waiting: 0, max: 1))
    }

    @Test func `no place is lost when cancellations and releases meet`() async throws {
        let queue = queue(max: 3)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<600 {
                group.addTask {
                    let turn = Task {
                        try await queue.acquire()
                        await Task.yield()
                        queue.release()
                    }
                    if number % 3 == 0 { turn.cancel() }
                    _ = await turn.result
                }
            }
        }
        #expect(queue.snapshot() == DynamoDBPoolSnapshot(inUse: 0, waiting: 0, max: 3))
    }

    @Test func `more places serve who waits, fewer hold back who comes`() async throws {
        let queue = queue(max: 1)
        try await queue.acquire()
        let waiting = Task { try await queue.acquire() }
        let stands = try await eventually { queue.snapshot().waiting == 1 }
        #expect(stands)
        queue.resize(DynamoDBPoolSettings(max: 2))
        try await waiting.value
        queue.resize(DynamoDBPoolSettings(max: 1, acquireTimeout: .milliseconds(30)))
        #expect(queue.snapshot() == DynamoDBPoolSnapshot(inUse: 2, waiting: 0, max: 1))
        queue.release()
        await #expect(throws: DynamoDBError.self) { try await queue.acquire() }
        queue.release()
        try await queue.acquire()
    }

    @Test func `closing refuses who waits and who comes, and waits for who is inside`() async throws {
        let queue = queue(max: 1)
        try await queue.acquire()
        let waiting = Task { try await queue.acquire() }
        let stands = try await eventually { queue.snapshot().waiting == 1 }
        #expect(stands)
        let closing = Task { await queue.close() }
        let refused = await #expect(throws: DynamoDBError.self) { try await waiting.value }
        #expect(refused?.kind == .closed)
        let late = await #expect(throws: DynamoDBError.self) { try await queue.acquire() }
        #expect(late?.kind == .closed)
        #expect(queue.snapshot().inUse == 1)
        queue.release()
        await closing.value
    }

    private func queue(
        max: Int, acquireTimeout: Duration = .seconds(30), maxWaiting: Int = 1000
    ) -> PermitQueue {
        PermitQueue(
            DynamoDBPoolSettings(max: max, acquireTimeout: acquireTimeout, maxWaiting: maxWaiting),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any())
    }
}
