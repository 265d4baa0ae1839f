import Synchronization
import Testing

@testable import MillracePostgres

@Suite struct BatchCoalescerTests {
    /// Lets a test decide when a batch ends.
    private actor Gate {
        private var isOpen = false
        private var waiters: [CheckedContinuation<Void, Never>] = []

        func pass() async {
            if isOpen { return }
            await withCheckedContinuation { waiters.append($0) }
        }

        func open() {
            isOpen = true
            for waiter in waiters { waiter.resume() }
            waiters = []
        }
    }

    @Test func `while one batch is in flight the next gathers`() async throws {
        let gate = Gate()
        let sizes = Mutex<[Int]>([])
        let coalescer = BatchCoalescer<Int, Int> { batch in
            sizes.withLock { $0.append(batch.count) }
            await gate.pass()
            return batch.map { $0 * 2 }
        }
        let first = Task { try await coalescer(0) }
        try await eventually("the first batch is in flight") { sizes.withLock { $0.count } == 1 }
        let rest = (1...10).map { number in Task { try await coalescer(number) } }
        try await eventually("ten wait") { coalescer.waitingCount == 10 }
        await gate.open()
        #expect(try await first.value == 0)
        for (index, task) in rest.enumerated() { #expect(try await task.value == (index + 1) * 2) }
        #expect(sizes.withLock { $0 } == [1, 10])
    }

    @Test func `a bad item fails alone`() async throws {
        var bad = PostgresError(.server, "bad")
        bad.sqlState = "22001"
        let coalescer = BatchCoalescer<Int, Int> { [bad] batch in
            if batch.contains(7) { throw bad }
            return batch
        }
        let failed = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<50 {
                group.addTask { (try? await coalescer(number)) == nil ? number : nil }
            }
            return await group.reduce(into: [Int]()) { list, number in if let number { list.append(number) } }
        }
        #expect(failed == [7])
    }

    @Test func `batches keep to their size and weight`() async throws {
        let sizes = Mutex<[Int]>([])
        var limits = BatchCoalescer<Int, Int>.Limits()
        limits.batchSize = 8
        limits.batchWeight = 20
        let coalescer = BatchCoalescer<Int, Int>(limits: limits, weigh: { $0 }) { batch in
            sizes.withLock { $0.append(batch.reduce(0, +)) }
            await Task.yield()
            return batch
        }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 { group.addTask { try await coalescer(6) } }
            group.addTask { try await coalescer(1_000) }
            for try await _ in group {}
        }
        #expect(sizes.withLock { $0 }.filter { $0 != 1_000 }.allSatisfy { $0 <= 18 })
    }

    @Test func `a cancelled waiter leaves, the others stay`() async throws {
        let gate = Gate()
        let coalescer = BatchCoalescer<Int, Int> { batch in
            await gate.pass()
            return batch
        }
        let first = Task { try await coalescer(0) }
        try await eventually("the first is in flight") { coalescer.isInFlight && coalescer.waitingCount == 0 }
        let tasks = [first] + (1..<3).map { number in Task { try await coalescer(number) } }
        try await eventually("two wait") { coalescer.waitingCount == 2 }
        tasks[2].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[2].value }
        await gate.open()
        #expect(try await tasks[0].value == 0)
        #expect(try await tasks[1].value == 1)
    }

    @Test func `too many waiters are refused`() async throws {
        let gate = Gate()
        var limits = BatchCoalescer<Int, Int>.Limits()
        limits.waiting = 1
        let coalescer = BatchCoalescer<Int, Int>(limits: limits) { batch in
            await gate.pass()
            return batch
        }
        let first = Task { try await coalescer(1) }
        try await eventually("the first is in flight") { coalescer.isInFlight && coalescer.waitingCount == 0 }
        let second = Task { try await coalescer(2) }
        try await eventually("the second waits") { coalescer.waitingCount == 1 }
        let error = await #expect(throws: PostgresError.self) { try await coalescer(3) }
        #expect(error?.kind == .poolExhausted)
        await gate.open()
        _ = try await (first.value, second.value)
    }
}
