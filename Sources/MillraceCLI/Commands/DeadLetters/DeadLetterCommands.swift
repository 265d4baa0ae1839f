import ArgumentParser

/// `millrace dead-letters`: what ended badly, and how it runs again, through the API.
struct DeadLetterCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "List, show and replay dead jobs and records.",
        discussion: RemoteOptions.discussion,
        subcommands: [ListDeadLettersCommand.self, ShowDeadLetter.self, ReplayCommand.self])
}

/// Which dead letters a command is about.
struct DeadLetterOptions: ParsableArguments {
    @Option(help: "Only these: job or record.") var type: String?
    @Option(help: "Only of this queue.") var queue: String?
    @Option(help: "Only of this kind.") var kind: String?
    @Option(help: "Only with this error or reason, such as unknown_kind.") var code: String?
    @Option(help: "Only dead since this time or later, RFC 3339.") var diedAfter: String?
    @Option(help: "Only dead since before this time, RFC 3339.") var diedBefore: String?
    @Option(help: "Only of this user.") var ownerID: RemoteID?

    /// The filters as the API calls them.
    var named: [(String, String?)] {
        [
            ("type", type), ("owner_id", ownerID?.text), ("queue", queue), ("kind", kind), ("code", code),
            ("died_after", diedAfter), ("died_before", diedBefore),
        ]
    }
}
