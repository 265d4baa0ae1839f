import ArgumentParser
import FoundationEssentials

/// `millrace dev table`: the archive's DynamoDB table on an endpoint for development.
struct DevTable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Create the archive's DynamoDB table, unless it is there.",
        discussion: """
            Where and under which name is said by the same settings as for the API and the consumer: archive.table, \
            archive.region, archive.endpoint. Real tables belong to the infrastructure's code: deploy/terraform/.
            """)

    func run() async throws {
        let name = try await ArchiveTable.create(ProcessInfo.processInfo.environment)
        Console.say("table \(name) is ready")
    }
}
