import MillraceDomain

/// A job's runs as one JSON array, as short as it can be: each run is an array of generation, attempt, start and end
/// in microseconds of Unix time, outcome and consumer, followed by code, message and time of its error, if any.
enum AttemptList {
    /// Writes the runs; nil when there are none.
    static func text(_ attempts: [JobAttempt]) -> JSONText? {
        guard !attempts.isEmpty else { return nil }
        var writer = JSONWriter(capacity: attempts.count * 128)
        writer.beginArray()
        for attempt in attempts { write(attempt, to: &writer) }
        writer.endArray()
        return JSONText(stored: writer.bytes)
    }

    /// Reads what `text` has written.
    ///
    /// - Throws: `PostgresError` of kind `decoding` for anything else.
    static func read(_ text: JSONText) throws(PostgresError) -> [JobAttempt] {
        var attempts: [JobAttempt] = []
        for element in text.elements ?? [] {
            guard let attempt = attempt(element.elements ?? []) else {
                throw PostgresError(.decoding, "A list of attempts cannot be read.")
            }
            attempts.append(attempt)
        }
        return attempts
    }

    private static func write(_ attempt: JobAttempt, to writer: inout JSONWriter) {
        writer.beginArray()
        writer.value(attempt.generation)
        writer.value(attempt.attempt)
        writer.value(attempt.startedAt.microseconds)
        writer.value(attempt.finishedAt.microseconds)
        writer.value(attempt.outcome.rawValue)
        writer.value(attempt.consumer)
        if let error = attempt.error {
            writer.value(error.code)
            writer.value(error.message)
            writer.value(error.at.microseconds)
        }
        writer.endArray()
    }

    private static func attempt(_ parts: [JSONText]) -> JobAttempt? {
        guard [6, 9].contains(parts.count), let generation = parts[0].integer, let attempt = parts[1].integer,
            let startedAt = parts[2].integer, let finishedAt = parts[3].integer,
            let outcome = parts[4].string.flatMap({ JobAttempt.Outcome(rawValue: $0) }), let consumer = parts[5].string
        else { return nil }
        let error = error(parts.dropFirst(6))
        guard parts.count == 6 || error != nil else { return nil }
        return JobAttempt(
            attempt: Int(attempt), generation: Int(generation), startedAt: Timestamp(microseconds: startedAt),
            finishedAt: Timestamp(microseconds: finishedAt), outcome: outcome, error: error, consumer: consumer)
    }

    private static func error(_ parts: ArraySlice<JSONText>) -> JobErrorRecord? {
        let texts = parts.map(\.string)
        guard texts.count == 3, let code = texts[0], let message = texts[1], let at = parts.last?.integer else {
            return nil
        }
        return JobErrorRecord(code: code, message: message, at: Timestamp(microseconds: at))
    }
}
