import MillraceDomain

/// How an owner stood with its quota when that was read, and what was let in since.
struct QuotaReading: Sendable {
    /// When it was asked for.
    let readAt: ContinuousClock.Instant
    private let quota: Quota
    private let found: OwnerUsage
    private var usage: OwnerUsage

    init(_ standing: QuotaStanding, defaults: Quota, readAt: ContinuousClock.Instant) {
        self.readAt = readAt
        quota = standing.own.falling(backTo: defaults)
        found = standing.usage
        usage = standing.usage
    }

    /// Whether so much more stays within the share of the room that may be taken without another look.
    func covers(_ added: OwnerUsage) -> Bool {
        fits(quota.liveJobs, found.liveJobs, usage.liveJobs + added.liveJobs)
            && fits(quota.payloadBytes, found.payloadBytes, usage.payloadBytes + added.payloadBytes)
    }

    private func fits(_ limit: Int?, _ found: Int, _ used: Int) -> Bool {
        guard let limit else { return true }
        return used - found <= (limit - found) / 8
    }

    /// Takes room for a job with a payload of so many bytes, if there is any.
    ///
    /// - Returns: why there is none.
    mutating func take(_ bytes: Int) -> QuotaExcess? {
        if let excess = usage.excess(addingPayloadOf: bytes, to: quota) { return excess }
        usage = usage.adding(payloadOf: bytes)
        return nil
    }
}
