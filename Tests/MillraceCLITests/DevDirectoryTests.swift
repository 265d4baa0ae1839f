import Testing

@testable import MillraceCLI

@Suite struct `The directory of a development stack` {
    @Test func `keeps its token from run to run, for its owner only`() async throws {
        try await withScratchDirectory { path in
            let first = try DevDirectory(below: path).bootstrapToken(environment: [:])
            let second = try DevDirectory(below: path).bootstrapToken(environment: ["BOOTSTRAP_TOKEN": ""])
            #expect(first == second)
            #expect(first.count >= 32)
            #expect(try mode(of: path + "/.dev/bootstrap-token") == 0o600)
        }
    }

    @Test func `takes the token of the environment, unless it is too short`() async throws {
        try await withScratchDirectory { path in
            let directory = try DevDirectory(below: path)
            let given = String(repeating: "t", count: 32)
            #expect(try directory.bootstrapToken(environment: ["BOOTSTRAP_TOKEN": given]) == given)
            #expect(throws: CommandFailure("BOOTSTRAP_TOKEN is shorter than 32 characters")) {
                try directory.bootstrapToken(environment: ["BOOTSTRAP_TOKEN": "short"])
            }
        }
    }

    @Test func `is for one stack at a time`() async throws {
        try await withScratchDirectory { path in
            let directory = try DevDirectory(below: path)
            var lock: DevLock? = try directory.lock()
            #expect(throws: CommandFailure.self) { try directory.lock() }
            #expect(lock != nil)
            lock = nil
            _ = try directory.lock()
        }
    }

    @Test func `says which port is in the way`() async throws {
        let forwarder = try await TCPForwarder.listen(on: 0, forwardingTo: 1)
        #expect(throws: CommandFailure.self) { try DevPorts(environment: ["PORT": "\(forwarder.port)"]) }
        #expect(throws: CommandFailure("PORT: \"x\" is not a port number from 1 to 65535")) {
            try DevPorts(environment: ["PORT": "x"])
        }
        try await forwarder.close()
    }
}
