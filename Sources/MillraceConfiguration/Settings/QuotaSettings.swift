public import MillraceDomain

/// How much each user may have who has no limits of its own.
public struct QuotaSettings: Sendable, Equatable {
    /// Jobs that have not ended, and the bytes of their payloads together; without limits unless set
    /// (`quotas.liveJobs`, `quotas.payloadBytes`, 0 for any number).
    public var defaults: Quota

    init(reading values: inout SettingsReader) {
        let liveJobs = values.int("quotas.liveJobs", default: 0, in: 0...Quota.greatest)
        let payloadBytes = values.int("quotas.payloadBytes", default: 0, in: 0...Quota.greatest)
        defaults = Quota(
            liveJobs: liveJobs > 0 ? liveJobs : nil, payloadBytes: payloadBytes > 0 ? payloadBytes : nil)
    }
}
