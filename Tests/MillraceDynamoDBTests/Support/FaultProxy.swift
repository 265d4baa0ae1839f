import AsyncHTTPClient
import MillraceDomain
import NIOCore
import NIOHTTP1

@testable import MillraceDynamoDB

/// Stands between a client and the real endpoint and does what a network and a service can do.
final class FaultProxy: Sendable {
    enum Fault: Sendable, Equatable {
        /// Refused for want of capacity; nothing was done.
        case throttled
        /// Broken on the service's side; nothing was done.
        case serverError
        /// No answer, ever; nothing was done.
        case hang
        /// Done, and the connection lost before the answer.
        case answerLost
        /// Only so many of a batch done, the rest given back.
        case partial(Int)
    }

    private let target: DynamoDBEndpoint
    private let script = Noted<[(operation: String, fault: Fault)]>([])
    private let forGood = Noted<Fault?>(nil)
    private let met = Noted(0)

    init(_ target: DynamoDBEndpoint) {
        self.target = target
    }

    /// How many faults have been met.
    var faults: Int { met.value }

    /// Has the next calls of an operation meet these faults, one each.
    func plan(_ operation: String, _ faults: [Fault]) {
        script.change { script in script += faults.map { (operation, $0) } }
    }

    /// Has all calls meet a fault from now on.
    func plan(always fault: Fault) {
        forGood.change { $0 = fault }
    }

    func answer(_ request: LoopbackServer.Request) async throws -> LoopbackServer.Reply {
        let operation = request.headers.first(name: "x-amz-target")?.split(separator: ".").last.map(String.init) ?? ""
        guard let fault = next(operation) else { return try await forward(request) }
        met.change { $0 += 1 }
        switch fault {
        case .throttled:
            return .answer(
                400, #"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#)
        case .serverError: return .answer(500, #"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#)
        case .hang: return .hang
        case .answerLost:
            _ = try await forward(request)
            return .drop
        case .partial(let count): return try await forward(request, only: count, of: operation)
        }
    }

    private func next(_ operation: String) -> Fault? {
        if let fault = forGood.value { return fault }
        let found = Noted<Fault?>(nil)
        script.change { script in
            guard let index = script.firstIndex(where: { $0.operation == operation }) else { return }
            let fault = script.remove(at: index).fault
            found.change { $0 = fault }
        }
        return found.value
    }

    private func forward(_ request: LoopbackServer.Request, body: [UInt8]? = nil) async throws -> LoopbackServer.Reply {
        var outward = HTTPClientRequest(url: "\(target.url)/")
        outward.method = .POST
        for name in ["content-type", "x-amz-target", "x-amz-date", "authorization"] {
            if let value = request.headers.first(name: name) { outward.headers.add(name: name, value: value) }
        }
        outward.body = .bytes(ByteBuffer(bytes: body ?? request.body))
        let answer = try await HTTPClient.shared.execute(outward, timeout: .seconds(30))
        let text = String(buffer: try await answer.body.collect(upTo: 64 << 20))
        return .answer(Int(answer.status.code), text)
    }

    /// Forwards the first requests of a batch and adds the others to the answer as left undone.
    private func forward(
        _ request: LoopbackServer.Request, only count: Int, of operation: String
    ) async throws -> LoopbackServer.Reply {
        guard let table = try JSONText(request.body).member("RequestItems")?.members?.first else { return .drop }
        let isWrite = operation == "BatchWriteItem"
        let all = (isWrite ? table.value : table.value.member("Keys"))?.elements ?? []
        func items(_ some: ArraySlice<JSONText>) -> JSONText {
            JSONText(
                stored: document { json in
                    json.name(table.name)
                    guard !isWrite else { return json.array(Array(some)) { $0.value($1) } }
                    json.object { json in
                        json.member("ConsistentRead") { $0.value(true) }
                        json.member("Keys") { json in json.array(Array(some)) { $0.value($1) } }
                    }
                })
        }
        let body = document { json in json.member("RequestItems") { $0.value(items(all.prefix(count))) } }
        guard case .answer(200, let text, _) = try await forward(request, body: body) else { return .drop }
        let responses = try JSONText(text).member("Responses")
        let answer = document { json in
            if let responses { json.member("Responses") { $0.value(responses) } }
            json.name(isWrite ? "UnprocessedItems" : "UnprocessedKeys")
            json.value(all.count > count ? items(all.dropFirst(count)) : .emptyObject)
        }
        return .answer(200, String(decoding: answer, as: UTF8.self))
    }
}
