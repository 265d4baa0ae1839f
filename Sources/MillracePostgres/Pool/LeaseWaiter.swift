/// A caller waiting for a connection of its own. Lives on the pool's thread only.
struct LeaseWaiter {
    let request: LeaseRequest
    let continuation: CheckedContinuation<LeaseID, any Error>
    let acceptedAt: ContinuousClock.Instant
}
