import MillraceDomain

extension JobAttempt {
    /// Writes the attempt as clients see it.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("attempt")
        json.value(attempt)
        json.name("generation")
        json.value(generation)
        json.name("started_at")
        json.value(startedAt)
        json.name("finished_at")
        json.value(finishedAt)
        json.name("outcome")
        json.value(outcome.rawValue)
        json.name("error")
        json.value(error)
        json.name("consumer")
        json.value(consumer)
        json.endObject()
    }
}
