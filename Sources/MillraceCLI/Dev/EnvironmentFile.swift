import Glibc

/// `KEY=VALUE` lines that both a shell and a few lines of script can read.
struct EnvironmentFile: Sendable, Equatable {
    /// In the order of the lines.
    let values: [(key: String, value: String)]

    static func == (left: EnvironmentFile, right: EnvironmentFile) -> Bool {
        left.text == right.text
    }

    /// A value is plain unless a shell would read something else in it; then it stands in single quotes.
    var text: String {
        values.map { "\($0.key)=\(Self.quoted($0.value))\n" }.joined()
    }

    /// Writes it with mode 0600, whole or not at all.
    func write(to path: String) throws {
        try PrivateFile.write(text, to: path)
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_-.,:/@%+=?".utf8.contains(byte)
            }
        }
        return isPlain ? value : "'" + value.replacing("'", with: #"'\''"#) + "'"
    }
}
