import MillraceDomain

/// What an import did, as its job's result.
struct ImportReport: Sendable {
    let counts: UpsertCounts
    let sheet: ImportSheet

    /// `{created, updated, unchanged, rejected, errors: [{line, code, detail}]}`; `rejected` counts all bad lines,
    /// `errors` holds the first of them.
    var json: JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("created")
        writer.value(counts.created)
        writer.name("updated")
        writer.value(counts.updated)
        writer.name("unchanged")
        writer.value(counts.unchanged)
        writer.name("rejected")
        writer.value(sheet.rejected)
        writer.name("errors")
        writer.beginArray()
        for line in sheet.listed { write(line, &writer) }
        writer.endArray()
        writer.endObject()
        return JSONText(stored: writer.bytes)
    }

    private func write(_ line: BadLine, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("line")
        writer.value(line.number)
        writer.name("code")
        writer.value(line.code)
        writer.name("detail")
        writer.value(line.detail)
        writer.endObject()
    }
}
