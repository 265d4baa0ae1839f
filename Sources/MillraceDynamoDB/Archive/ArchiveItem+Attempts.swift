import MillraceDomain

extension ArchiveItem {
    /// The runs, each a map with short names, as they are repeated in every item.
    static func attempts(_ attempts: [JobAttempt]) -> AttributeValue {
        .list(
            attempts.map { attempt in
                var map: Item = [
                    "n": .number(attempt.attempt), "gen": .number(attempt.generation),
                    "start": time(attempt.startedAt), "end": time(attempt.finishedAt),
                    "out": .string(attempt.outcome.rawValue), "by": .string(attempt.consumer),
                ]
                map["error"] = attempt.error.map(error)
                return .map(map)
            })
    }

    static func attempts(_ reader: ItemReader) throws(DynamoDBError) -> [JobAttempt] {
        var attempts: [JobAttempt] = []
        for attempt in reader.maps("attempts") {
            guard let outcome = JobAttempt.Outcome(rawValue: try attempt.string("out")) else {
                throw DynamoDBError(.malformed, "an archived attempt has an unknown outcome")
            }
            attempts.append(
                JobAttempt(
                    attempt: try attempt.integer("n"), generation: try attempt.integer("gen"),
                    startedAt: try attempt.time("start"), finishedAt: try attempt.time("end"), outcome: outcome,
                    error: try error(attempt.map("error")), consumer: try attempt.string("by")))
        }
        return attempts
    }

    static func error(_ record: JobErrorRecord) -> AttributeValue {
        .map(["code": .string(record.code), "message": .string(record.message), "at": time(record.at)])
    }

    static func error(_ reader: ItemReader?) throws(DynamoDBError) -> JobErrorRecord? {
        guard let reader else { return nil }
        return JobErrorRecord(
            code: try reader.string("code"), message: try reader.string("message"), at: try reader.time("at"))
    }

    static func time(_ time: Timestamp) -> AttributeValue { .number(time.microseconds) }
}
