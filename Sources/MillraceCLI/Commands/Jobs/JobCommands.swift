import ArgumentParser
import MillraceDomain
import NIOHTTP1

/// `millrace jobs`: look at jobs and change what becomes of them, through the API.
struct JobCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List, show, cancel and retry jobs.", discussion: RemoteOptions.discussion,
        subcommands: [ListJobsCommand.self, ShowJob.self, CancelJobCommand.self, RetryJobCommand.self])
}

/// `millrace jobs show`
struct ShowJob: RemoteCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one job.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The job.") var id: RemoteID

    func run() async throws {
        try await remote.withAPI { api in
            JobLines.say(try await api.send(.GET, "/jobs/\(id.text)").object(), asJSON: remote.json)
        }
    }
}

/// `millrace jobs cancel`
struct CancelJobCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a job; a running one is asked to stop.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The job.") var id: RemoteID

    func run() async throws {
        try await remote.withAPI { api in
            JobLines.say(try await api.send(.POST, "/jobs/\(id.text)/cancel").object(), asJSON: remote.json)
        }
    }
}

/// `millrace jobs retry`
struct RetryJobCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Send an ended job back to its queue.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The job.") var id: RemoteID
    @Flag(help: "Also when it has succeeded.") var force = false

    func run() async throws {
        try await remote.withAPI { api in
            let answer = try await api.send(.POST, "/jobs/\(id.text)/retry", Self.body(force: force))
            JobLines.say(try answer.object(), asJSON: remote.json)
        }
    }

    private static func body(force: Bool) -> JSONText {
        JSONText(stored: #"{"force":\#(force)}"#)
    }
}
