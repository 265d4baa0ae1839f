/// How much an owner may have at once; what is nil is not limited.
public struct Quota: Hashable, Sendable {
    /// The greatest limit that can be given.
    public static let greatest = 9_007_199_254_740_991

    /// How many jobs that have not ended.
    public var liveJobs: Int?
    /// How many bytes the payloads of those may have together.
    public var payloadBytes: Int?

    /// Makes a quota; without anything, none.
    public init(liveJobs: Int? = nil, payloadBytes: Int? = nil) {
        self.liveJobs = liveJobs
        self.payloadBytes = payloadBytes
    }

    /// Whether it limits nothing.
    public var isUnlimited: Bool { liveJobs == nil && payloadBytes == nil }

    /// The same with the limits of `fallback` where this has none of its own.
    public func falling(backTo fallback: Quota) -> Quota {
        Quota(liveJobs: liveJobs ?? fallback.liveJobs, payloadBytes: payloadBytes ?? fallback.payloadBytes)
    }
}

/// How much an owner has.
public struct OwnerUsage: Hashable, Sendable {
    /// Jobs that have not ended.
    public var liveJobs: Int
    /// The bytes of their payloads.
    public var payloadBytes: Int

    /// Makes one.
    public init(liveJobs: Int = 0, payloadBytes: Int = 0) {
        self.liveJobs = liveJobs
        self.payloadBytes = payloadBytes
    }

    /// The same with one more job.
    public func adding(payloadOf bytes: Int) -> OwnerUsage {
        OwnerUsage(liveJobs: liveJobs + 1, payloadBytes: payloadBytes + bytes)
    }

    /// Why a payload of so many bytes more would be too much; nil where there is room for it.
    public func excess(addingPayloadOf bytes: Int, to quota: Quota) -> QuotaExcess? {
        if let limit = quota.liveJobs, liveJobs + 1 > limit {
            return QuotaExcess(resource: .liveJobs, limit: limit, used: liveJobs)
        }
        if let limit = quota.payloadBytes, payloadBytes + bytes > limit {
            return QuotaExcess(resource: .payloadBytes, limit: limit, used: payloadBytes)
        }
        return nil
    }
}

/// A limit that a job would have gone beyond.
public struct QuotaExcess: Hashable, Sendable {
    /// What is limited.
    public enum Resource: String, Hashable, Sendable, CaseIterable {
        case liveJobs = "live_jobs"
        case payloadBytes = "payload_bytes"
    }

    /// What there is too much of.
    public let resource: Resource
    /// How much there may be.
    public let limit: Int
    /// How much there is without the job.
    public let used: Int

    /// Makes one.
    public init(resource: Resource, limit: Int, used: Int) {
        self.resource = resource
        self.limit = limit
        self.used = used
    }

    /// A sentence for a person.
    public var sentence: String {
        switch resource {
        case .liveJobs: "The owner may have \(limit) jobs that have not ended, and has \(used)."
        case .payloadBytes:
            "The payloads of the owner's live jobs may have \(limit) bytes together, and have \(used) without this one."
        }
    }
}
