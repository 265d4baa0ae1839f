/// Where a job stands. A live job has one deadline at which a sweep may take it up; a terminal one has none.
public enum JobState: String, Hashable, Sendable, CaseIterable {
    /// Waits for its start time: put here by submit or a snooze, taken by the sweep.
    case scheduled
    /// Waits for the job of its ordering key before it: put here by submit or an operator's retry, freed by its
    /// predecessor's end.
    case blocked
    /// Ready to run: claimed by a consumer that was told of it, or by the sweep after a short grace.
    case queued
    /// Being run by the holder of its lease, until that runs out.
    case running
    /// Failed and waits for its next attempt, taken by the sweep.
    case retrying
    /// Ended well.
    case succeeded
    /// Ended badly: permanently failed, out of attempts or a crash loop.
    case dead
    /// Ended by request.
    case cancelled
    /// Ended because it had not started in time.
    case expired

    /// Whether the job has ended; only an operator's retry leads out of here.
    public var isTerminal: Bool {
        switch self {
        case .succeeded, .dead, .cancelled, .expired: true
        case .scheduled, .blocked, .queued, .running, .retrying: false
        }
    }
}
