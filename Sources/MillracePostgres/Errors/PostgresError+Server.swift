import CLibpq

extension PostgresError {
    /// Reads the diagnostics out of a failed result.
    init(result: OpaquePointer) {
        // The PG_DIAG_* macros are characters, which Swift does not import.
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue else { return nil }
            return PQresultErrorField(result, Int32(ascii)).map { String(cString: $0) }
        }
        self.init(.server, field("M") ?? Self.trimmed(String(cString: PQresultErrorMessage(result))))
        sqlState = field("C")
        severity = field("V")
        detail = field("D")
        constraint = field("n")
        table = field("t")
        column = field("c")
        // Without a code the answer is libpq's own: the connection broke.
        if sqlState == nil { kind = .connection }
    }

    /// The connection's own complaint, as it stands after a failed call.
    init(connection: OpaquePointer?, _ kind: Kind = .connection) {
        self.init(kind, Self.trimmed(String(cString: PQerrorMessage(connection))))
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
