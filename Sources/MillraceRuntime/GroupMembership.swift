import MillraceKafka
import Synchronization

/// Whether this process has its share of the partitions, once there is a source to ask.
final class GroupMembership: Sendable {
    private let source = Mutex<KafkaRecordSource?>(nil)

    var isJoined: Bool { source.withLock { $0?.isJoined ?? false } }

    /// From now on this source knows.
    func follow(_ source: KafkaRecordSource) {
        self.source.withLock { $0 = source }
    }
}
