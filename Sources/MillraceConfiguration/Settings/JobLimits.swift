/// How large one job may be.
public struct JobLimits: Sendable, Equatable {
    /// The largest payload in bytes, as encoded (`jobs.maxPayloadBytes`, 256 KiB).
    public var maxPayloadBytes: Int

    init(reading values: inout SettingsReader) {
        maxPayloadBytes = values.int("jobs.maxPayloadBytes", default: 262_144, in: 2...16_777_216)
    }
}
