import ArgumentParser
import MillraceDomain
import NIOHTTP1

/// `millrace tokens`: make, list and revoke users' tokens, through the API.
struct TokenCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "Create, list and revoke API tokens.",
        discussion: RemoteOptions.discussion,
        subcommands: [CreateTokenCommand.self, ListTokensCommand.self, RevokeTokenCommand.self])
}

/// `millrace tokens create`
struct CreateTokenCommand: RemoteCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a token; its secret is printed here and never again.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The user to whom it will belong.") var userID: RemoteID
    @Option(help: "What to call it.") var name: String
    @Option(parsing: .upToNextOption, help: "What it permits, such as jobs:read jobs:write.") var scope: [String]
    @Option(help: "When it ends, RFC 3339.") var expiresAt: String?

    func run() async throws {
        try await remote.withAPI { api in
            let token = try await api.send(.POST, "/users/\(userID.text)/tokens", body).object()
            if remote.json { return Console.say(token.text) }
            Console.say(token["token"]?.string ?? "")
        }
    }

    private var body: JSONText {
        var json = JSONWriter()
        json.beginObject()
        json.name("name")
        json.value(name)
        json.name("scopes")
        json.beginArray()
        for scope in scope { json.value(scope) }
        json.endArray()
        if let expiresAt {
            json.name("expires_at")
            json.value(expiresAt)
        }
        json.endObject()
        return JSONText(stored: json.bytes)
    }
}

/// `millrace tokens list`
struct ListTokensCommand: RemoteCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List a user's tokens.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The user.") var userID: RemoteID

    func run() async throws {
        try await remote.withAPI { api in
            let answer = try await api.send(.GET, "/users/\(userID.text)/tokens").object()
            var table = Table("ID", "NAME", "CREATED", "EXPIRES", "SCOPES")
            for token in answer["items"]?.elements ?? [] {
                if remote.json {
                    Console.say(token.text)
                    continue
                }
                let scopes = token["scopes"]?.elements?.compactMap(\.string).joined(separator: " ")
                table.add(
                    token["id"]?.string, token["name"]?.string, token["created_at"]?.string,
                    token["expires_at"]?.string, scopes)
            }
            for line in table.lines { Console.say(line) }
        }
    }
}

/// `millrace tokens revoke`
struct RevokeTokenCommand: RemoteCommand {
    static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Revoke a token.")

    @OptionGroup var remote: RemoteOptions
    @Argument(help: "The user.") var userID: RemoteID
    @Argument(help: "The token.") var tokenID: RemoteID

    func run() async throws {
        try await remote.withAPI { api in
            try await api.send(.DELETE, "/users/\(userID.text)/tokens/\(tokenID.text)")
            if !remote.json { Console.say("revoked \(tokenID.text)") }
        }
    }
}
