import Testing

struct LayoutTests {
    private static let patternNames: Set<String> = [
        "common", "extensions", "helper", "helpers", "impl", "manager", "managers", "misc", "model", "models",
        "protocols", "services", "types", "util", "utilities", "utils",
    ]
    private static let patternSuffixes = ["Helper", "Helpers", "Impl", "Manager", "Util", "Utilities", "Utils"]

    private func files() throws -> [SourceFile] {
        try SourceTree.files(under: "Sources") + SourceTree.files(under: "Tests")
    }

    @Test func `folders and files are named after nouns, not after patterns`() throws {
        for violation in try files().compactMap(Self.patternName) { Issue.record("\(violation)") }
    }

    @Test func `no file is longer than 300 lines`() throws {
        for file in try files() where file.lines.count > 300 {
            Issue.record("\(file.path):301: the file has \(file.lines.count) lines")
        }
    }

    @Test func `what can end the process or evade the compiler says why it may stand there`() throws {
        for violation in try SourceTree.files(under: "Sources").flatMap(Self.unexplained) {
            Issue.record("\(violation)")
        }
    }

    @Test(arguments: [
        "Sources/MillraceAPI/Utils/Text.swift", "Sources/MillraceAPI/Models/User.swift",
        "Sources/MillraceAPI/JobManager.swift", "Tests/TestKit/Helpers/Wait.swift",
        "Sources/MillraceKafka/StringUtils.swift", "Sources/MillraceKafka/Job+Helpers.swift",
    ])
    func `a name after a pattern is told`(_ path: String) {
        #expect(Self.patternName(SourceFile(path: path, text: "")) != nil)
    }

    @Test(arguments: ["Sources/MillraceAPI/Jobs/JobRoutes.swift", "Sources/MillraceDomain/Jobs/Job+Text.swift"])
    func `a name after a noun passes`(_ path: String) {
        #expect(Self.patternName(SourceFile(path: path, text: "")) == nil)
    }

    @Test(arguments: [
        "let x = try! f()", "fatalError(\"no\")", "final class A: @unchecked Sendable {}", "\n\n// Why.\n\ntry! f()",
    ])
    func `an unexplained construct is told`(_ text: String) {
        #expect(Self.unexplained(SourceFile(path: "Sources/A/B.swift", text: text)).count == 1)
    }

    @Test(arguments: [
        "let x = try! f() // It is a constant.", "// Never called.\nfatalError(\"no\")", "// not try! here",
        "/// Guarded by its lock.\nfinal class A: @unchecked Sendable {}", "let x = try? f()",
    ])
    func `an explained construct passes`(_ text: String) {
        #expect(Self.unexplained(SourceFile(path: "Sources/A/B.swift", text: text)) == [])
    }

    private static func patternName(_ file: SourceFile) -> String? {
        let folders = file.components.dropLast()
        let name = file.components.last?.split(separator: ".").first ?? ""
        let isPattern =
            folders.contains { patternNames.contains($0.lowercased()) }
            || patternSuffixes.contains { name.hasSuffix($0) }
        return isPattern ? "\(file.path):1: named after a pattern, not after what it is about" : nil
    }

    private static func unexplained(_ file: SourceFile) -> [String] {
        file.lines.indices.filter { index in
            let line = file.lines[index]
            return ["try!", "fatalError(", "@unchecked Sendable"].contains { line.contains($0) }
                && !line.contains("//") && !(index > 0 && file.lines[index - 1].contains("//"))
        }.map { "\(file.place($0)): say why this cannot fail or is safe" }
    }
}
