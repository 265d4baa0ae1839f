import Testing

struct ReadmeTests {
    @Test func `the README's handlers are the ones that are compiled and run`() throws {
        let sources = try SourceTree.files(under: "Tests/EmbeddedConsumer").map { $0.lines.joined(separator: "\n") }
        let blocks = try SourceTree.codeBlocks(of: "README.md", in: "swift")
        #expect(blocks.count == 2)
        for block in blocks {
            // Its `main` is there in each, for all handlers together.
            let handler = block.prefix { !$0.hasPrefix("@main") }.joined(separator: "\n").trimmed
            #expect(sources.contains { $0.hasPrefix(handler) }, "\(handler)")
        }
    }
}

extension String {
    fileprivate var trimmed: String { String(reversed().drop(while: \.isWhitespace).reversed()) }
}
