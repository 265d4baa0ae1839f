/// Names one exclusive use of a connection.
struct LeaseID: Sendable, Hashable {
    let number: UInt64
}
