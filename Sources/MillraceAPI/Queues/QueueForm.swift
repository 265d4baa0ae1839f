import MillraceDomain

extension QueueStatus {
    /// Writes the queue as clients see it; every live state is there, the empty ones with 0.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("name")
        json.value(name.text)
        json.name("paused")
        json.value(isPaused)
        json.name("depth")
        json.beginObject()
        for state in JobState.allCases where !state.isTerminal {
            json.name(state.rawValue)
            json.value(depth[state] ?? 0)
        }
        json.endObject()
        json.name("oldest_queued_at")
        json.value(oldestQueuedAt)
        json.endObject()
    }
}
