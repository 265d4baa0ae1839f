import ArgumentParser

/// `millrace dev`: the parts of a development machine.
struct Dev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run Millrace and what it needs on this machine.",
        subcommands: [DevUp.self, DevBrokerCommand.self, DevExec.self, DevTable.self])
}
