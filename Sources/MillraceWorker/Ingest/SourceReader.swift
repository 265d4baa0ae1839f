import Logging
import MillraceDomain

/// Reads a record source into the queue.
struct SourceReader: Sendable {
    let source: any RecordSource
    let queue: EventQueue
    let logger: Logger

    /// Reads until the source is closed or its task is cancelled.
    func run() async {
        var backoff = Backoff()
        var room = queue.onRoom.calls.makeAsyncIterator()
        defer { queue.onEvent.close() }
        while !Task.isCancelled {
            do {
                guard let event = try await source.next() else { return noteEnd() }
                queue.add(event)
                while queue.isFull {
                    guard await room.next() != nil else { return }
                }
                backoff.reset()
            } catch {
                if Task.isCancelled { return }
                logger.error("record source failed", metadata: ["error": "\(error)"])
                do { try await backoff.wait() } catch { return }
            }
        }
    }

    /// It ends when we close it, which is after this task was cancelled.
    private func noteEnd() {
        if !Task.isCancelled { logger.error("record source ended by itself") }
    }
}
