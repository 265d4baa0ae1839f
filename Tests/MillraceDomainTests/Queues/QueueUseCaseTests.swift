import MillraceDomain
import TestKit
import Testing

struct QueueUseCaseTests {
    private let world = World()
    private let slow = QueueName(stored: "slow")

    @Test func `an admin sees the queues, nobody else`() async throws {
        let (user, _) = try await world.user()
        _ = try await world.store.submit(user.id)
        let (list, find) = (ListQueues(queues: world.memory), FindQueue(queues: world.memory))
        let admin = world.caller(.admin)
        let statuses = try await list(by: admin)
        #expect(statuses.map(\.name) == [.default])
        #expect(try await find(.default, by: admin) == statuses.first)
        await #expect(throws: DomainError.notFound(.queue)) { try await find(slow, by: admin) }
        await #expect(throws: DomainError.forbidden(.admin)) { try await list(by: world.caller(.queuesWrite)) }
        await #expect(throws: DomainError.forbidden(.admin)) {
            try await find(.default, by: world.caller(.queuesWrite))
        }
    }

    @Test func `a queue is paused and resumed with the scope, as often as one likes`() async throws {
        let pause = PauseQueue(queues: world.memory)
        let caller = world.caller(.queuesWrite)
        for _ in 0..<2 { try await pause(slow, isPaused: true, by: caller) }
        #expect(try await FindQueue(queues: world.memory)(slow, by: world.caller(.admin)).isPaused)
        for _ in 0..<2 { try await pause(slow, isPaused: false, by: caller) }
        #expect(try await world.memory.list() == [])
        await #expect(throws: DomainError.forbidden(.queuesWrite)) {
            try await pause(slow, isPaused: true, by: world.caller(.jobsWrite))
        }
    }
}
