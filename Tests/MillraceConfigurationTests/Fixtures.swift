import Foundation
import MillraceConfiguration

/// What must be set for the API and the consumer to start.
let required = ["DATABASE_URL": "postgres://localhost/millrace", "KAFKA_BROKERS": "localhost:9092"]

/// Loads with what is required, and more.
func load(
    _ role: ProcessRole = .api, _ arguments: [String] = [], _ environment: [String: String] = [:]
) throws -> Settings {
    try Settings.load(
        for: role, arguments: arguments, environment: required.merging(environment) { _, given in given })
}

/// The problems of a load that must fail, each as its line.
func problems(
    _ role: ProcessRole = .api, _ arguments: [String] = [], _ environment: [String: String] = [:]
) -> [String] {
    do {
        _ = try load(role, arguments, environment)
        return []
    } catch let error as ConfigurationError {
        return error.problems.map(\.description)
    } catch {
        return ["\(error)"]
    }
}

/// Runs `body` with the path of a file that holds `text` and is gone afterwards.
func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory.appending(component: "millrace-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}
