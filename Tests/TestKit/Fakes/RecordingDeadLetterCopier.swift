public import MillraceDomain

/// Remembers which dead records and dead jobs were copied.
public struct RecordingDeadLetterCopier: DeadLetterCopier {
    /// The copies, in order.
    public let recorder = Recorder<DeadRecord>()
    /// The copies of jobs, in order.
    public let jobRecorder = Recorder<DeadJob>()

    /// Makes a copier that has copied nothing.
    public init() {}

    /// What was copied, in order.
    public var records: [DeadRecord] { recorder.elements }

    /// The jobs that were copied, in order.
    public var jobs: [DeadJob] { jobRecorder.elements }

    public func copy(_ records: [DeadRecord]) {
        recorder.record(records)
    }

    public func copy(_ jobs: [DeadJob]) {
        jobRecorder.record(jobs)
    }
}
