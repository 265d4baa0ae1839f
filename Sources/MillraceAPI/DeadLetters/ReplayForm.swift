import MillraceDomain

extension ReplayRequest {
    /// Reads `{filter, limit, dry_run, rate, start_at, cursor}`, of which only `filter` must be there.
    ///
    /// - Throws: `DomainError.invalid` with every fault.
    init(json: JSONText, path: String) throws(DomainError) {
        var object = try JSONObject.open(json)
        let filter = object.take("filter", "an object") { (json) throws(FieldError) in
            try DeadLetterFilter(json: json)
        }
        let limit = object.takeInteger("limit", in: Self.limits)
        let isDryRun = object.take("dry_run", "a boolean") { (json) throws(FieldError) in json.boolean }
        let rate = object.takeInteger("rate", in: Self.rates)
        let startsAt = object.takeTime("start_at")
        let after = object.takeString("cursor") { (text) throws(FieldError) in
            do throws(FieldError) { return try Cursor.decode(text, filter: [path] + (filter?.digested ?? [])) } catch {
                throw FieldError("", error.code, error.detail)
            }
        }
        object.require(filter, "filter")
        try object.finish()
        guard let filter else { throw .failure }
        self.init(
            filter, limit: limit.map { Int($0) } ?? Self.defaultLimit, isDryRun: isDryRun ?? false,
            rate: rate.map { Int($0) }, startsAt: startsAt, after: after)
    }
}

extension ReplayReport {
    /// Writes the counts, and with what the rest can be asked for.
    func write(to json: inout JSONWriter, isDryRun: Bool, path: String) {
        json.beginObject()
        json.name("dry_run")
        json.value(isDryRun)
        let counts: KeyValuePairs = [
            "matched": matched, "replayed": replayed, "duplicates": duplicates, "still_unreadable": stillUnreadable,
            "skipped": skipped,
        ]
        for (name, count) in counts {
            json.name(name)
            json.value(count)
        }
        json.name("reasons")
        json.beginObject()
        for (code, count) in reasons.sorted(by: { $0.key < $1.key }) {
            json.name(code)
            json.value(count)
        }
        json.endObject()
        json.name("filter")
        filter.write(to: &json)
        json.name("next_cursor")
        json.value(next.map { Cursor.encode($0, filter: [path] + filter.digested) })
        json.name("next_start_at")
        json.value(nextStartAt?.precise)
        json.endObject()
    }
}
