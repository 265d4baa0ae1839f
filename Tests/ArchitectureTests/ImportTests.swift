import Testing

struct ImportTests {
    @Test func `every module imports only what the table allows`() throws {
        let folders = ["Sources", "Tests/TestKit", "Tests/Simulation", "Tests/Simulate"]
        let files = try folders.flatMap(SourceTree.files(under:))
        #expect(files.count > 50)
        for violation in files.flatMap(\.forbiddenImports) { Issue.record("\(violation)") }
    }

    @Test func `no module shows C to another`() throws {
        for violation in try SourceTree.files(under: "Sources").flatMap(\.visibleCImports) {
            Issue.record("\(violation)")
        }
    }

    @Test(arguments: [
        ("import Foundation", "Sources/MillraceDomain/Job.swift:2: MillraceDomain may not import Foundation"),
        ("public import Logging", "Sources/MillraceDomain/Job.swift:2: MillraceDomain may not import Logging"),
        ("  @preconcurrency @_exported import NIOCore", "…:2: MillraceDomain may not import NIOCore"),
        ("import struct MillracePostgres.Pool", "…:2: MillraceDomain may not import MillracePostgres"),
        ("import Crypto; import CLibpq", "…:2: MillraceDomain may not import CLibpq"),
    ])
    func `a forbidden import is told with its file and line`(_ line: String, _ violation: String) {
        let file = SourceFile(path: "Sources/MillraceDomain/Job.swift", text: "// A job.\n\(line)\n")
        #expect(file.forbiddenImports == [violation.replacing("…", with: file.path)])
    }

    @Test(arguments: [
        "import Crypto", "public import Synchronization", "// import Foundation", "let text = \"import Foundation\"",
        "importAll(of: records)", "import MillraceDomain",
    ])
    func `an allowed import and what is no import are passed over`(_ line: String) {
        let file = SourceFile(path: "Sources/MillraceDomain/Job.swift", text: line)
        #expect(file.forbiddenImports == [])
    }

    @Test func `adapters do not see each other, executables do not see each other`() {
        let adapters = ["MillraceDynamoDB", "MillraceKafka", "MillracePostgres", "MillraceTelemetry"]
        let executables = ["MillraceAPI", "MillraceCLI", "MillraceConsumer"]
        for family in [adapters, executables] {
            for (one, other) in family.flatMap({ one in family.map { (one, $0) } }) where one != other {
                #expect(ImportTable.allowed[one]?.contains(other) == false, "\(one), \(other)")
            }
        }
        for (target, allowed) in ImportTable.allowed {
            #expect(!allowed.contains("CLibpq") || target == "MillracePostgres")
            #expect(!allowed.contains("CLibrdkafka") || target == "MillraceKafka")
            #expect(executables.allSatisfy { !allowed.contains($0) })
        }
    }

    @Test func `a target that nobody decided about is told`() {
        let file = SourceFile(path: "Sources/MillraceNew/New.swift", text: "")
        #expect(file.forbiddenImports == ["\(file.path):1: the target MillraceNew is not in the import table"])
    }
}
