import Hummingbird
import MillraceDomain

/// `/api/v1/queues`
struct QueueRoutes: Sendable {
    let listQueues: ListQueues
    let findQueue: FindQueue
    let pauseQueue: PauseQueue

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        .list(try await listQueues(by: caller)) { queue, json in queue.write(to: &json) }
    }

    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        let queue = try await findQueue(name(call), by: caller)
        return .json { queue.write(to: &$0) }
    }

    @Sendable func pause(_ call: Call, by caller: Caller) async throws -> Response {
        try await set(true, call, caller)
    }

    @Sendable func resume(_ call: Call, by caller: Caller) async throws -> Response {
        try await set(false, call, caller)
    }

    private func set(_ isPaused: Bool, _ call: Call, _ caller: Caller) async throws -> Response {
        let name = try name(call)
        try await call.requireNoBody()
        try await pauseQueue(name, isPaused: isPaused, by: caller)
        return .json { json in
            json.beginObject()
            json.name("name")
            json.value(name.text)
            json.name("paused")
            json.value(isPaused)
            json.endObject()
        }
    }

    private func name(_ call: Call) throws -> QueueName {
        do { return try QueueName(call.parameter("name")) } catch let fault as FieldError {
            throw Problem.invalid("name", fault.code, fault.detail)
        }
    }
}
