import Logging
import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `Credentials chain` {
    @Test func `the usual sources are asked in the order of AWS' SDKs`() {
        #expect(
            standardSources([:]).map(\.name)
                == ["environment", "shared files", "container endpoint", "instance endpoint"])
    }

    @Test func `the first source that is set up wins`() async throws {
        let sources = [ScriptedSource([.nothing]), ScriptedSource([.keys("b")]), ScriptedSource([.keys("c")])]
        let chain = chain(sources)
        #expect(try await chain.credentials().accessKeyID == "b")
        #expect(sources.map(\.fetches) == [1, 1, 0])
    }

    @Test func `a source that is set up wrongly is not passed over`() async {
        let chain = chain([EnvironmentCredentials(["AWS_ACCESS_KEY_ID": "a"]), ScriptedSource([.keys("b")])])
        let error = await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
        #expect(error?.kind == .credentials)
    }

    @Test func `nothing anywhere is told by the names of the places`() async {
        let chain = chain([EnvironmentCredentials([:]), ScriptedSource([.nothing])])
        let error = await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
        #expect(error?.kind == .credentials && error?.message.contains("environment, scripted") == true)
    }

    @Test func `keys are kept, and fetched anew behind the caller's back before they expire`() async throws {
        let clock = ManualClock()
        let source = ScriptedSource([.keys("a", .seconds(3600)), .keys("b", .seconds(7200))])
        let chain = chain([source], clock)
        for _ in 0..<3 { #expect(try await chain.credentials().accessKeyID == "a") }
        #expect(source.fetches == 1)
        clock.advance(by: .seconds(3299))
        #expect(try await chain.credentials().accessKeyID == "a")
        #expect(source.fetches == 1)
        clock.advance(by: .seconds(1))
        #expect(try await chain.credentials().accessKeyID == "a")
        let changed = try await eventually { try await chain.credentials().accessKeyID == "b" }
        #expect(changed && source.fetches == 2)
    }

    @Test func `the old keys serve until they really expire when a refresh fails`() async throws {
        let clock = ManualClock()
        let source = ScriptedSource([.keys("a", .seconds(3600)), .fails, .fails, .fails, .keys("b", .seconds(9000))])
        let chain = chain([source], clock)
        #expect(try await chain.credentials().accessKeyID == "a")
        clock.set(ManualClock.start + .seconds(3400))
        #expect(try await chain.credentials().accessKeyID == "a")
        let failed = try await eventually {
            let isFetching = await chain.isFetching
            return source.fetches == 2 && !isFetching
        }
        #expect(failed)
        // A source in trouble is not asked at every request.
        for _ in 0..<10 { #expect(try await chain.credentials().accessKeyID == "a") }
        #expect(source.fetches == 2)
        clock.set(ManualClock.start + .seconds(3599))
        #expect(try await chain.credentials().accessKeyID == "a")
        let failedAgain = try await eventually {
            let isFetching = await chain.isFetching
            return source.fetches == 3 && !isFetching
        }
        #expect(failedAgain)
        clock.set(ManualClock.start + .seconds(3600))
        let error = await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
        #expect(error?.kind == .unavailable)
        clock.advance(by: .seconds(5))
        _ = try? await chain.credentials()
        clock.advance(by: .seconds(5))
        #expect(try await chain.credentials().accessKeyID == "b")
    }

    @Test func `keys that came expired are not used`() async {
        let chain = chain([ScriptedSource([.keys("a", .zero)])])
        let error = await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
        #expect(error?.kind == .unavailable)
    }

    @Test func `one fetch serves all who wait`() async throws {
        let gate = Gate()
        let source = ScriptedSource([.keys("a")], gate: gate)
        let chain = chain([source])
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await chain.credentials().accessKeyID } }
            let asked = try await eventually { source.fetches == 1 }
            #expect(asked)
            gate.open()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(names == ["a"] && source.fetches == 1)
    }

    @Test func `who is cancelled waits no longer, and the others are served`() async throws {
        let gate = Gate()
        let chain = chain([ScriptedSource([.keys("a")], gate: gate)])
        let other = Task { try await chain.credentials() }
        let cancelled = Task { try await chain.credentials() }
        cancelled.cancel()
        let error = await #expect(throws: DynamoDBError.self) { try await cancelled.value }
        #expect(error?.kind == .cancelled)
        gate.open()
        #expect(try await other.value.accessKeyID == "a")
    }

    @Test func `a source that hangs is given up`() async {
        let chain = CredentialsChain(
            [ScriptedSource([.keys("a")], gate: Gate())], logger: .quiet, fetchTimeout: .milliseconds(50))
        let error = await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
        #expect(error?.kind == .unavailable || error?.kind == .cancelled)
    }

    @Test func `keys that the service refuses are fetched anew, but not in a loop`() async throws {
        let clock = ManualClock()
        let source = ScriptedSource([.keys("a"), .keys("b"), .keys("c")])
        let chain = chain([source], clock)
        let first = try await chain.credentials()
        await chain.refused(first)
        #expect(try await chain.credentials().accessKeyID == "a")
        clock.advance(by: .seconds(1))
        await chain.refused(first)
        #expect(try await chain.credentials().accessKeyID == "b")
        clock.advance(by: .seconds(1))
        await chain.refused(first)
        #expect(try await chain.credentials().accessKeyID == "b")
    }

    @Test func `the source that had keys first stays the source`() async throws {
        let clock = ManualClock()
        let file = ScriptedSource([.keys("a", .seconds(600)), .nothing])
        let chain = chain([file, ScriptedSource([.keys("other")])], clock)
        #expect(try await chain.credentials().accessKeyID == "a")
        clock.advance(by: .seconds(600))
        await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
    }

    @Test func `closing ends a fetch and tells who waits`() async throws {
        let source = ScriptedSource([.keys("a")], gate: Gate())
        let chain = chain([source])
        let waiting = Task { try await chain.credentials() }
        let asked = try await eventually { source.fetches == 1 }
        #expect(asked)
        await chain.close()
        await #expect(throws: DynamoDBError.self) { try await waiting.value }
        await #expect(throws: DynamoDBError.self) { try await chain.credentials() }
    }

    private func chain(_ sources: [any CredentialsSource], _ clock: ManualClock = ManualClock()) -> CredentialsChain {
        CredentialsChain(sources, logger: .quiet, clock: clock)
    }
}

/// Gives what the script says, once its gate is open.
private final class ScriptedSource: CredentialsSource {
    enum Step {
        case nothing
        case fails
        /// Keys of this name that expire so long after the start of the manual clock.
        case keys(String, Duration? = nil)
    }

    let name = "scripted"
    private let steps: Mutex<[Step]>
    private let count = Mutex(0)
    private let gate: Gate?

    init(_ steps: [Step], gate: Gate? = nil) {
        self.steps = Mutex(steps)
        self.gate = gate
    }

    var fetches: Int { count.withLock { $0 } }

    func fetch() async throws(DynamoDBError) -> FetchedCredentials? {
        count.withLock { $0 += 1 }
        await gate?.wait()
        if Task.isCancelled { throw DynamoDBError(.cancelled, "cancelled") }
        switch steps.withLock({ $0.count > 1 ? $0.removeFirst() : $0[0] }) {
        case .nothing: return nil
        case .fails: throw DynamoDBError(.unavailable, "scripted trouble")
        case .keys(let name, let life):
            return FetchedCredentials(
                credentials: AWSCredentials(accessKeyID: name, secretAccessKey: "s"),
                expiresAt: life.map { ManualClock.start + $0 })
        }
    }
}
