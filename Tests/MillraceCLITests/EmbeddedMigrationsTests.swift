import Foundation
import Testing

@testable import MillraceCLI

@Suite struct `The embedded migrations` {
    @Test func `are the files of the folder, byte for byte and in order`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "migrations")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".sql") }
        #expect(!names.isEmpty)
        #expect(EmbeddedMigrations.files.map(\.name) == names.sorted())
        for file in EmbeddedMigrations.files {
            let bytes = try Data(contentsOf: folder.appending(path: file.name))
            #expect(Data(file.text.utf8) == bytes, "\(file.name)")
        }
    }
}
