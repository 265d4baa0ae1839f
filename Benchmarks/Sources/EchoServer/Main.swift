import Hummingbird

/// The framework with nothing behind it: reads and writes JSON about as long as a job's. What `make bench` compares
/// millrace-api with, and the receiver of its webhooks.
@main
struct Main {
    static func main() async throws {
        guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
            throw Usage()
        }
        let router = Router()
        router.get("/things/:id") { _, context in
            Thing(kind: context.parameters.get("id") ?? "", payload: .example)
        }
        router.post("/things") { request, context in
            try await request.decode(as: Thing.self, context: context)
        }
        router.post("/hook") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return HTTPResponse.Status.ok
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}

/// As much as there is in a submission of the bench.
struct Thing: ResponseCodable {
    struct Payload: Codable {
        let number: Int
        let text: String

        static let example = Payload(number: 42, text: String(repeating: "x", count: 270))
    }

    let kind: String
    let payload: Payload
}

struct Usage: Error, CustomStringConvertible {
    var description: String { "usage: EchoServer PORT" }
}
