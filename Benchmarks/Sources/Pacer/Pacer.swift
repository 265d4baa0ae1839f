import Glibc
import Histogram

/// One thread with all connections. The n-th request is due at its time and waits for a free connection if it must;
/// how long an answer took is counted from when its request was due.
struct Pacer {
    private let plan: Plan
    private var connections: [Connection]
    private var idle: [Int]
    private var latencies = Histogram<UInt32>(numberOfSignificantValueDigits: .three)
    private var buffer = [UInt8](repeating: 0, count: 65_536)
    private var sent = 0
    private var accepted = 0
    private var refused = 0

    /// Answers that take longer than this after the last request are not waited for.
    private static let patience: Int64 = 20_000_000

    init(_ plan: Plan) throws {
        self.plan = plan
        connections = try (0..<plan.connections).map { _ in try Connection(port: plan.port) }
        idle = Array(connections.indices)
    }

    /// Sends everything and waits for the answers; the report.
    mutating func run() throws -> String {
        let start = microseconds(CLOCK_MONOTONIC)
        let offset = microseconds(CLOCK_REALTIME) - start
        let end = due(plan.count, start) + Self.patience
        while accepted + refused < plan.count, microseconds(CLOCK_MONOTONIC) < end {
            try sendDue(start, offset)
            try receive(until: sent < plan.count && !idle.isEmpty ? due(sent, start) : end)
        }
        return report(Double(microseconds(CLOCK_MONOTONIC) - start) / 1_000_000)
    }

    private func due(_ index: Int, _ start: Int64) -> Int64 {
        start + Int64(Double(index) / plan.rate * 1_000_000)
    }

    private mutating func sendDue(_ start: Int64, _ offset: Int64) throws {
        let now = microseconds(CLOCK_MONOTONIC)
        while sent < plan.count, due(sent, start) <= now, let free = idle.popLast() {
            let moment = due(sent, start)
            try connections[free].send(request(moment + offset), due: moment)
            sent += 1
        }
    }

    private func request(_ sentAt: Int64) -> [UInt8] {
        let filler = String(repeating: "x", count: 250)
        let body = #"{"kind":"noop","payload":{"sent_us":\#(sentAt),"filler":"\#(filler)"}}"#
        let head = """
            POST /api/v1/jobs HTTP/1.1\r
            Host: 127.0.0.1\r
            Authorization: Bearer \(plan.token)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            \r

            """
        return Array((head + body).utf8)
    }

    private mutating func receive(until moment: Int64) throws {
        var ready = DescriptorSet(connections.map(\.descriptor))
        try ready.wait(atMost: max(0, moment - microseconds(CLOCK_MONOTONIC)))
        for index in connections.indices where ready.contains(connections[index].descriptor) {
            let due = connections[index].due
            guard let status = try connections[index].receive(&buffer), let due else { continue }
            idle.append(index)
            if status == 202 { accepted += 1 } else { refused += 1 }
            _ = latencies.record(UInt64(max(0, microseconds(CLOCK_MONOTONIC) - due)))
        }
    }

    private func report(_ seconds: Double) -> String {
        let shares = [("p50_us", 50.0), ("p99_us", 99.0), ("p999_us", 99.9)]
        let members = shares.map { #""\#($0.0)":\#(latencies.valueAtPercentile($0.1))"# }.joined(separator: ",")
        let counts = #""due":\#(plan.count),"accepted":\#(accepted),"refused":\#(refused),"seconds":\#(seconds)"#
        return "{\(counts),\(members)}"
    }
}
