public import MillraceDomain

/// Remembers of which jobs consumers were told.
public struct RecordingDispatcher: JobDispatcher {
    /// The words, in order.
    public let recorder = Recorder<DispatchHint>()

    /// Makes a dispatcher that has sent nothing.
    public init() {}

    /// What was sent, in order.
    public var hints: [DispatchHint] { recorder.elements }

    public func dispatch(_ jobs: [DispatchHint]) {
        recorder.record(jobs)
    }
}
