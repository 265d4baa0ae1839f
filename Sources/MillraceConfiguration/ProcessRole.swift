/// Which executable is reading the configuration.
///
/// All of them accept every key, so that one file serves a whole deployment; what differs is a default here and there
/// and what must be present.
public enum ProcessRole: Sendable, Equatable, CaseIterable {
    /// `millrace-api`: needs `postgres.url` and `kafka.brokers`; its admin port is 9090 unless set.
    case api
    /// `millrace-consumer`: needs `postgres.url` and `kafka.brokers`; its admin port is 9091 unless set.
    case consumer
    /// `millrace`: needs `postgres.url`.
    case cli
}
