import Crypto

/// One numbered step of the schema: a file of SQL, never changed once it has landed.
public struct Migration: Sendable, Equatable {
    /// The file's name without `.sql`: four digits, an underscore, words. Migrations are applied in its order.
    public let name: String
    /// The statements, run together in one transaction.
    public let sql: String

    /// - Parameters:
    ///   - name: the file's name, with or without `.sql`.
    ///   - sql: the file's content.
    public init(name: String, sql: String) {
        self.name = name.hasSuffix(".sql") ? String(name.dropLast(4)) : name
        self.sql = sql
    }

    /// SHA-256 of the SQL in lower-case hexadecimal digits.
    public var checksum: String {
        let digits = Array("0123456789abcdef")
        return SHA256.hash(data: Array(sql.utf8)).reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}
