import CLibrdkafka
import Dispatch
import Synchronization

/// librdkafka's mock cluster: a Kafka in memory on real loopback sockets, for development and tests.
///
/// It keeps about 5 MiB a partition and drops the oldest silently, forgets everything when it ends, creates any topic
/// that is named, and listens on ports of its own choice. Owner: whoever made it calls ``close()``.
public final class MockCluster: Sendable {
    /// A request of the protocol that can be made to fail.
    public enum Request: Int16, Sendable {
        case produce = 0
        case fetch = 1
        case listOffsets = 2
        case metadata = 3
        case offsetCommit = 8
        case findCoordinator = 10
        case joinGroup = 11
        case heartbeat = 12
        case initProducerID = 22
    }

    /// How a request can fail.
    public enum Fault: Sendable {
        /// The broker hangs up.
        case disconnect
        case notLeader
        case topicAuthorizationFailed
        case clusterAuthorizationFailed
        case messageTooLarge
        case coordinatorNotAvailable
        case requestTimedOut
        /// Another member has taken this one's place: fatal for the client.
        case fencedInstance
    }

    /// Properties that suit its clients (``KafkaSettings/properties``): it rebalances only after a whole session, less
    /// a second, but allows shorter ones than a real cluster; and it answers an empty fetch only when its time is up.
    public static let clientProperties = [
        "session.timeout.ms": "4000", "heartbeat.interval.ms": "300", "fetch.wait.max.ms": "10",
    ]

    /// Where its brokers listen, as for ``KafkaSettings/brokers``.
    public let bootstrap: String
    private let cluster: MockHandle
    private let queue = DispatchQueue(label: "millrace.kafka.mock")
    private let isClosed = Mutex(false)

    /// Starts the cluster on loopback.
    ///
    /// - Throws: ``KafkaError`` when it cannot start.
    public init(brokers: Int = 1) throws {
        cluster = try MockHandle(brokers: Int32(clamping: max(1, brokers)))
        bootstrap = String(cString: rd_kafka_mock_cluster_bootstraps(cluster.cluster))
    }

    /// Creates a topic; one that exists stays as it is.
    public func createTopic(_ name: String, partitions: Int) throws {
        let code = rd_kafka_mock_topic_create(cluster.cluster, name, Int32(clamping: partitions), 1)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
            throw KafkaError(code)
        }
    }

    /// Makes every broker hang up and refuse connections, or accept them again; what it stores stays.
    public func setDown(_ isDown: Bool) {
        _ =
            isDown
            ? rd_kafka_mock_broker_set_down(cluster.cluster, -1) : rd_kafka_mock_broker_set_up(cluster.cluster, -1)
    }

    /// Delays every answer.
    public func setRoundTrip(_ time: Duration) {
        rd_kafka_mock_broker_set_rtt(cluster.cluster, -1, time.wholeMilliseconds)
    }

    /// Lets the next `count` requests of one sort fail.
    public func fail(_ request: Request, with fault: Fault, count: Int) {
        let faults = Array(repeating: fault.code, count: count)
        rd_kafka_mock_push_request_errors_array(cluster.cluster, request.rawValue, count, faults)
    }

    /// Ends the cluster; everything in it is gone. Returns within five seconds.
    public func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        let ended = Latch()
        let cluster = cluster
        queue.async {
            cluster.destroy()
            ended.open()
        }
        _ = await ended.wait(upTo: .seconds(5))
    }
}

extension MockCluster.Fault {
    fileprivate var code: rd_kafka_resp_err_t {
        switch self {
        case .disconnect: RD_KAFKA_RESP_ERR__TRANSPORT
        case .notLeader: RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION
        case .topicAuthorizationFailed: RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
        case .clusterAuthorizationFailed: RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED
        case .messageTooLarge: RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE
        case .coordinatorNotAvailable: RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE
        case .requestTimedOut: RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT
        case .fencedInstance: RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID
        }
    }
}
