import CLibrdkafka
import Dispatch
import MillraceDomain
import Synchronization

/// What the reader asks of the polling thread, and the bell that wakes it.
final class ConsumerControl: Sendable {
    /// One answer to an assignment or a lost position.
    struct Begin: Sendable {
        let assignment: AssignmentID
        let starts: [PartitionStart]
    }

    private struct State {
        var begins: [Begin] = []
        var acknowledged: [TopicPartition: Int64] = [:]
        var isPaused = false
        var isStopping = false
        var clusterID: String?
        var isJoined = false
        var bell: Bell?
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    var isPaused: Bool { state.withLock { $0.isPaused } }
    var isStopping: Bool { state.withLock { $0.isStopping } }
    var clusterID: String? { state.withLock { $0.clusterID } }
    var isJoined: Bool { state.withLock { $0.isJoined } }

    // MARK: The reader's side

    func begin(_ begin: Begin) {
        state.withLock { $0.begins.append(begin) }
        wake()
    }

    func acknowledge(_ partition: TopicPartition, next: Int64) {
        state.withLock { $0.acknowledged[partition] = next }
    }

    func setPaused(_ isPaused: Bool) {
        state.withLock { $0.isPaused = isPaused }
        wake()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    /// Ends the thread's present wait, whichever it is.
    func wake() {
        state.withLock { $0.bell?.ring() }
        signal.signal()
    }

    // MARK: The thread's side

    /// Waits for ``wake()``, at most `limit`.
    func wait(upTo limit: Duration) {
        _ = signal.wait(timeout: .now() + .milliseconds(Int(limit.wholeMilliseconds)))
    }

    /// Notes that the group has given us partitions, which are about to be announced, and which cluster it was.
    func joined(_ id: String?) {
        state.withLock { state in
            state.clusterID = id
            state.isJoined = true
        }
    }

    /// Notes that a new member has to join before anything is read again.
    func left() {
        state.withLock { $0.isJoined = false }
    }

    func takeBegins() -> [Begin] {
        state.withLock { state in
            defer { state.begins = [] }
            return state.begins
        }
    }

    func takeAcknowledged() -> [TopicPartition: Int64] {
        state.withLock { state in
            defer { state.acknowledged = [:] }
            return state.acknowledged
        }
    }

    /// Lets ``wake()`` end a poll of this client.
    func attach(_ client: LibraryClient) {
        let bell = rd_kafka_queue_get_consumer(client.handle).map(Bell.init)
        state.withLock { $0.bell = bell }
    }

    /// To be called before the client is destroyed: it waits for its queues.
    func detach() {
        let bell = state.withLock { state in
            defer { state.bell = nil }
            return state.bell
        }
        bell?.release()
    }
}

/// The client's event queue, whose waiter can be sent home.
///
/// `@unchecked Sendable` is safe: the library locks the queue, and it is used under the control's lock only.
private struct Bell: @unchecked Sendable {
    let queue: OpaquePointer

    func ring() { rd_kafka_queue_yield(queue) }

    func release() { rd_kafka_queue_destroy(queue) }
}
