import DequeModule
import Synchronization

/// Gathers concurrent calls into batches, without any timer: while one batch is in flight the next one gathers.
///
/// A lone caller goes out at once; under load the batches grow by themselves. A batch that fails on its data is split
/// until the bad items stand alone, so a bad item never fails its neighbours.
final class BatchCoalescer<Input: Sendable, Output: Sendable>: Sendable {
    /// The bounds of one batch and of the queue.
    struct Limits: Sendable {
        /// Items in one batch.
        var batchSize = 500
        /// Weight of one batch; a heavier item goes alone.
        var batchWeight = 4 * 1_024 * 1_024
        /// Items waiting; the next is refused.
        var waiting = 20_000
    }

    private final class Waiter: Sendable {
        let input: Input
        let weight: Int
        let isCancelled = Atomic(false)
        let continuation = Mutex<CheckedContinuation<Output, any Error>?>(nil)

        init(_ input: Input, weight: Int) {
            self.input = input
            self.weight = weight
        }

        func finish(_ outcome: Result<Output, any Error>) {
            continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }?.resume(with: outcome)
        }
    }

    private struct State {
        var waiting: Deque<Waiter> = []
        var isPumping = false
    }

    private let limits: Limits
    private let weigh: @Sendable (Input) -> Int
    private let perform: @Sendable ([Input]) async throws -> [Output]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - weigh: an item's approximate size in bytes.
    ///   - perform: runs one batch in one statement; one output an input, in the same order.
    init(
        limits: Limits = Limits(), weigh: @escaping @Sendable (Input) -> Int = { _ in 0 },
        perform: @escaping @Sendable ([Input]) async throws -> [Output]
    ) {
        self.limits = limits
        self.weigh = weigh
        self.perform = perform
    }

    /// Runs one item as part of a batch.
    ///
    /// - Throws: what the batch throws; `CancellationError` when the calling task is cancelled (an item that is already
    ///   under way has its effect all the same); ``PostgresError`` of kind `poolExhausted` when too many wait.
    func callAsFunction(_ input: Input) async throws -> Output {
        let waiter = Waiter(input, weight: weigh(input))
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiter.continuation.withLock { $0 = continuation }
                enqueue(waiter)
            }
        } onCancel: {
            waiter.isCancelled.store(true, ordering: .sequentiallyConsistent)
            waiter.finish(.failure(CancellationError()))
        }
    }

    /// Runs many items of one caller in batches of their own, in order, apart from everyone else's.
    ///
    /// - Throws: as the call of one item; a connection or capacity error after a batch has had its effect becomes
    ///   one of kind `ambiguous`, for it is not true any more that nothing has happened.
    func each(_ inputs: [Input]) async throws -> [Output] {
        var outputs: [Output] = []
        var rest = inputs[...]
        while !rest.isEmpty {
            var (count, weight) = (0, 0)
            for input in rest.prefix(limits.batchSize) {
                weight += weigh(input)
                guard count == 0 || weight <= limits.batchWeight else { break }
                count += 1
            }
            do {
                outputs += try await perform(Array(rest.prefix(count)))
            } catch let error as PostgresError where !outputs.isEmpty && error.saysNothingHappened {
                throw PostgresError(.ambiguous, "A later batch failed: \(error.message)")
            }
            rest = rest.dropFirst(count)
        }
        return outputs
    }

    /// How many items wait for the next batch.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// A batch is under way.
    var isInFlight: Bool { state.withLock { $0.isPumping } }

    private func enqueue(_ waiter: Waiter) {
        // Looked at after the continuation was put down: either this or the handler sees the other.
        guard !waiter.isCancelled.load(ordering: .sequentiallyConsistent) else {
            return waiter.finish(.failure(CancellationError()))
        }
        let (isAccepted, mustPump) = state.withLock { state in
            guard state.waiting.count < limits.waiting else { return (false, false) }
            state.waiting.append(waiter)
            defer { state.isPumping = true }
            return (true, !state.isPumping)
        }
        if !isAccepted {
            waiter.finish(.failure(PostgresError(.poolExhausted, "Too many items wait for a batch.")))
        }
        // Belongs to no caller, so that one caller's cancellation cannot end the others' batch. Every caller awaits its
        // own share of it; it ends when nothing waits, and each batch by the statements' deadlines.
        if mustPump { Task { await pump() } }
    }

    private func pump() async {
        while let batch = nextBatch() {
            await run(batch[...])
        }
    }

    private func nextBatch() -> [Waiter]? {
        state.withLock { state in
            var batch: [Waiter] = []
            var weight = 0
            while let next = state.waiting.first, batch.count < limits.batchSize,
                batch.isEmpty || weight + next.weight <= limits.batchWeight
            {
                state.waiting.removeFirst()
                guard !next.isCancelled.load(ordering: .sequentiallyConsistent) else { continue }
                weight += next.weight
                batch.append(next)
            }
            state.isPumping = !batch.isEmpty
            return batch.isEmpty ? nil : batch
        }
    }

    private func run(_ batch: ArraySlice<Waiter>) async {
        do {
            let outputs = try await perform(batch.map(\.input))
            guard outputs.count == batch.count else {
                throw PostgresError(.decoding, "A batch answered \(outputs.count) of \(batch.count) items.")
            }
            for (waiter, output) in zip(batch, outputs) { waiter.finish(.success(output)) }
        } catch let error as PostgresError where error.classification == .data && batch.count > 1 {
            let middle = batch.startIndex + batch.count / 2
            await run(batch[..<middle])
            await run(batch[middle...])
        } catch {
            for waiter in batch { waiter.finish(.failure(error)) }
        }
    }
}
