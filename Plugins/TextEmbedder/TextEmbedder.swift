import Foundation

/// Writes a Swift file with an enumeration that holds the given text files: `TextEmbedder OUTPUT NAME FILE…`.
@main
struct TextEmbedder {
    /// More number signs than any text has in a row: the text ends where it should and nothing in it is special.
    private static let signs = String(repeating: "#", count: 12)

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count >= 2, let output = arguments.first, let name = arguments.dropFirst().first else {
            throw Refusal("no output and name given")
        }
        let entries = try arguments.dropFirst(2).map { try entry(URL(filePath: $0)) }
        let source = """
            /// Files of this package, in their order, as they were when this was built.
            enum \(name) {
                static let files: [(name: String, text: String)] = [
            \(entries.joined())
                ]
            }

            """
        try Data(source.utf8).write(to: URL(filePath: output), options: .atomic)
    }

    private static func entry(_ file: URL) throws -> String {
        guard let text = String(validating: try Data(contentsOf: file), as: UTF8.self) else {
            throw Refusal("\(file.path) is not UTF-8")
        }
        guard !text.contains("\r"), !text.contains("\0"), !text.contains(signs) else {
            throw Refusal("\(file.path) has a carriage return, a NUL or \(signs) in it")
        }
        return """
            (name: "\(file.lastPathComponent)", text: \(signs)\"""
            \(text)
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
