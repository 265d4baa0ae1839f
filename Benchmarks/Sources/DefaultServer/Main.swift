import Hummingbird

/// The framework as it comes, with nothing set but its address: what `make bench-slow` compares millrace-api with.
@main
struct Main {
    static func main() async throws {
        guard let port = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
            throw Usage()
        }
        // As long as millrace-api's own large answer, openapi.yaml.
        let large = ByteBuffer(repeating: UInt8(ascii: "x"), count: 100_000)
        let router = Router()
        router.get("/good") { _, _ in "ok" }
        router.get("/large") { _, _ in Response(status: .ok, body: ResponseBody(byteBuffer: large)) }
        router.post("/body") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            return "\(body.readableBytes)"
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}

struct Usage: Error, CustomStringConvertible {
    var description: String { "usage: DefaultServer PORT" }
}
