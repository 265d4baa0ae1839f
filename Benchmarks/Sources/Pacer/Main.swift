import Glibc

/// Submits jobs at a fixed rate, however long the answers take, and prints how long that was, as JSON.
///
/// A job's payload says when it was due to be sent, in microseconds since 1970, so that the store can tell by its rows
/// when it was started and done after that.
@main
struct Main {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst().map { String($0) }
        guard words.count == 5, let port = UInt16(words[0]), let rate = Double(words[2]), rate > 0,
            let seconds = Double(words[3]), let connections = Int(words[4]), connections > 0
        else { throw Usage() }
        let plan = Plan(port: port, token: words[1], rate: rate, seconds: seconds, connections: connections)
        var pacer = try Pacer(plan)
        print(try pacer.run())
    }
}

/// What is to be sent.
struct Plan {
    let port: UInt16
    let token: String
    let rate: Double
    let seconds: Double
    let connections: Int

    var count: Int { Int(rate * seconds) }
}

struct Usage: Error, CustomStringConvertible {
    var description: String { "usage: Pacer PORT TOKEN RATE SECONDS CONNECTIONS" }
}

/// What a system call refused.
struct SystemError: Error, CustomStringConvertible {
    let call: String
    let code = errno

    var description: String { "\(call): \(String(cString: strerror(code)))" }
}
