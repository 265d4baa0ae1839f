import ArgumentParser

/// `millrace`: what operators and developers do from a terminal.
struct Millrace: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "millrace",
        abstract: "Operate and develop Millrace, the background-job service.",
        subcommands: [
            Migrate.self, JobCommands.self, DeadLetterCommands.self, TokenCommands.self, AuditCommand.self, Dev.self,
        ])
}
