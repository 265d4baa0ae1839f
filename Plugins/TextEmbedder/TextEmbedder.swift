import Foundation

/// Writes a Swift file that holds the given SQL files: `MigrationEmbedder OUTPUT FILE…`.
@main
struct MigrationEmbedder {
    /// More number signs than any SQL text has in a row: the text ends where it should and nothing in it is special.
    private static let signs = String(repeating: "#", count: 12)

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let output = arguments.first else { throw Refusal("no output given") }
        let entries = try arguments.dropFirst().map { try entry(URL(filePath: $0)) }
        let source = """
            /// The files of `migrations/`, in their order, as they were when this was built.
            enum EmbeddedMigrations {
                static let files: [(name: String, sql: String)] = [
            \(entries.joined())
                ]
            }

            """
        try Data(source.utf8).write(to: URL(filePath: output), options: .atomic)
    }

    private static func entry(_ file: URL) throws -> String {
        guard let sql = String(validating: try Data(contentsOf: file), as: UTF8.self) else {
            throw Refusal("\(file.path) is not UTF-8")
        }
        guard !sql.contains("\r"), !sql.contains("\0"), !sql.contains(signs) else {
            throw Refusal("\(file.path) has a carriage return, a NUL or \(signs) in it")
        }
        return """
            (name: "\(file.lastPathComponent)", sql: \(signs)\"""
            \(sql)
            \"""\(signs)),

            """
    }
}

/// Why nothing was written.
private struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
