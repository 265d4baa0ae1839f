public import MillraceDomain

/// Remembers which dead letters were copied.
public struct RecordingDeadLetterCopier: DeadLetterCopier {
    /// The copies, in order.
    public let recorder = Recorder<DeadRecord>()

    /// Makes a copier that has copied nothing.
    public init() {}

    /// What was copied, in order.
    public var records: [DeadRecord] { recorder.elements }

    public func copy(_ records: [DeadRecord]) {
        recorder.record(records)
    }
}
