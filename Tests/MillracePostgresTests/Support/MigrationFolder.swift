import FoundationEssentials
import MillracePostgres

/// The repository's `migrations/` folder.
enum MigrationFolder {
    static func read() throws -> [Migration] {
        let folder = #filePath.components(separatedBy: "/Tests/")[0] + "/migrations"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }
        return try names.sorted().map { name in
            Migration(name: name, sql: try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
        }
    }
}
