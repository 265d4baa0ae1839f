import Foundation

/// A folder of a test's own, which goes with it.
struct TemporaryFolder {
    let path: String

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file, also over an older one, and tells its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }
}

/// Runs `body` with a folder and removes it.
func withFolder<Value>(_ body: (TemporaryFolder) async throws -> Value) async throws -> Value {
    let path = NSTemporaryDirectory() + "millrace-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(TemporaryFolder(path: path))
}
