import ArgumentParser
import FoundationEssentials

/// What every command needs that speaks to an API.
struct RemoteOptions: ParsableArguments {
    /// Closes the help of each such command.
    static let discussion = """
        The API is --base-url, else BASE_URL; the token is TOKEN in the environment. Exit codes: 64 wrong command \
        line, 65 refused, 66 not found, 69 nobody answers, 70 the API failed, 75 try again later, 76 not understood, \
        77 not allowed, 78 nothing set.
        """

    @Option(help: "Where the API is, such as http://127.0.0.1:8080.")
    var baseURL: String?

    /// The token; that of the environment unless set.
    var token: String?

    @Flag(help: "Print JSON as the API answers it, one document a line.")
    var json = false

    /// Everything but the token, which a command line would show to all.
    private enum CodingKeys: CodingKey {
        case baseURL, json
    }

    /// Runs `body` with a client for the API, and closes it.
    func withAPI<Result>(_ body: (RemoteAPI) async throws -> Result) async throws -> Result {
        let environment = ProcessInfo.processInfo.environment
        guard let base = baseURL ?? environment["BASE_URL"], !base.isEmpty else {
            throw CommandFailure("no API: give --base-url or set BASE_URL", exitCode: RemoteFailure.config)
        }
        guard let token = token ?? environment["TOKEN"], !token.isEmpty else {
            throw CommandFailure("no token: set TOKEN", exitCode: RemoteFailure.config)
        }
        return try await RemoteAPI.with(base: base, token: token, body)
    }
}

/// A command that speaks to an API.
protocol RemoteCommand: AsyncParsableCommand {
    /// Which one, and how to print what it answers.
    var remote: RemoteOptions { get set }
}
