import Foundation
import MillraceDomain
import Testing

@testable import MillraceConfiguration

@Suite struct `Commands in the handler catalogue` {
    private static let isPrivileged = ProcessPrivileges.mayActForOthers()

    private func target(_ role: ProcessRole, _ members: String) throws -> CommandTarget? {
        try withFile("x: {driver: command, argv: [/bin/true, -x], \(members)}") { (path) throws in
            let kind = try load(role, [], ["HANDLERS_FILE": path]).handlers[JobKind(stored: "x")]
            guard case .command(let target)? = kind?.driver else { return nil }
            return target
        }
    }

    @Test func `limits are read, each by itself`() throws {
        let all = "limits: {cpuSeconds: 5, memoryBytes: 268435456, fileBytes: 0, openFiles: 64, processes: 20}"
        let limits = CommandLimits(
            cpuSeconds: 5, memoryBytes: 268_435_456, fileBytes: 0, openFiles: 64, processes: 20)
        #expect(try target(.api, all)?.limits == limits)
        #expect(try target(.consumer, "limits: {cpuSeconds: 5}")?.limits == CommandLimits(cpuSeconds: 5))
        #expect(try target(.consumer, "limits: {}")?.limits.isEmpty == true)
    }

    @Test(.enabled(if: isPrivileged, "Only who may become others is let name them."))
    func `a user is looked up where commands run, and nowhere else`() throws {
        #expect(try target(.consumer, "user: nobody")?.user == .ids(user: 65534, group: 65534, groups: [65534]))
        #expect(try target(.consumer, "user: '4711:4712'")?.user == .ids(user: 4711, group: 4712, groups: []))
        #expect(try target(.api, "user: only-there")?.user == .unresolved("only-there"))
    }

    @Test(arguments: [
        (
            "limits: 5", "limits",
            "is not a mapping of cpuSeconds, fileBytes, memoryBytes, openFiles, processes"
        ),
        ("limits: {cpu: 5}", "limits.cpu", "is not a known member of this handler"),
        ("limits: {cpuSeconds: 0}", "limits.cpuSeconds", #""0" is not a whole number from 1 to 86400"#),
        (
            "limits: {memoryBytes: 1000}", "limits.memoryBytes",
            #""1000" is not a whole number from 16777216 to 1125899906842624"#
        ),
        ("limits: {openFiles: 3}", "limits.openFiles", #""3" is not a whole number from 8 to 1048576"#),
        ("limits: {processes: none}", "limits.processes", #""none" is not a whole number from 1 to 1000000"#),
        ("user: [a]", "user", "is not a user's name, nor a user's and a group's number as in 10002:10002"),
        ("user: '10002'", "user", "is not a user's name, nor a user's and a group's number as in 10002:10002"),
        ("user: '1:2:3'", "user", "is not a user's name, nor a user's and a group's number as in 10002:10002"),
        ("user: '-1:-1'", "user", "is not a user's name, nor a user's and a group's number as in 10002:10002"),
        (
            "user: '4294967295:5'", "user",
            "is not a user's name, nor a user's and a group's number as in 10002:10002"
        ),
        ("user: 'a b'", "user", "is not a user's name, nor a user's and a group's number as in 10002:10002"),
    ])
    func `what cannot be is refused everywhere`(members: String, key: String, reason: String) throws {
        for role in [ProcessRole.api, .consumer] {
            try withFile("x: {driver: command, argv: [/bin/true], \(members)}") { (path) throws in
                let found = problems(role, [], ["HANDLERS_FILE": path])
                #expect(found == ["handlers.x.\(key) (file \(path)): \(reason)"])
            }
        }
    }

    @Test func `a user that is not there is refused where commands run`() throws {
        try withFile("x: {driver: command, argv: [/bin/true], user: no-such-user}") { (path) throws in
            #expect(problems(.api, [], ["HANDLERS_FILE": path]).isEmpty)
            let found = problems(.consumer, [], ["HANDLERS_FILE": path])
            #expect(found.contains("handlers.x.user (file \(path)): is not a user of this machine"))
        }
    }

    @Test(.enabled(if: ProcessPrivileges.isRoot, "It is root that is not bound."))
    func `root is no user to drop to, and a number of processes does not bind it`() throws {
        try withFile("x: {driver: command, argv: [/bin/true], user: root}") { (path) throws in
            let found = problems(.consumer, [], ["HANDLERS_FILE": path])
            #expect(found.contains { $0.hasPrefix("handlers.x.user (file \(path)): is root") })
        }
        try withFile("x: {driver: command, argv: [/bin/true], limits: {processes: 5}}") { (path) throws in
            let found = problems(.consumer, [], ["HANDLERS_FILE": path])
            #expect(found.count == 1 && found[0].hasPrefix("handlers.x.limits.processes (file \(path)): does not bind"))
        }
    }

    @Test func `a file that a shell would be tried on is no limited command`() throws {
        try withFile("echo hello") { (script) throws in
            try withFile("x: {driver: command, argv: ['\(script)'], limits: {openFiles: 9}}") { (path) throws in
                #expect(problems(.api, [], ["HANDLERS_FILE": path]).isEmpty)
                let found = problems(.consumer, [], ["HANDLERS_FILE": path])
                let reason = "names a file that is neither a program nor begins with #!"
                #expect(found == ["handlers.x.argv (file \(path)): \(reason)"])
            }
        }
    }

    @Test(.enabled(if: !isPrivileged, "Whoever may become others is let name them."))
    func `who may not become another user is not let name one`() throws {
        try withFile("x: {driver: command, argv: [/bin/true], user: nobody}") { (path) throws in
            #expect(problems(.api, [], ["HANDLERS_FILE": path]).isEmpty)
            let found = problems(.consumer, [], ["HANDLERS_FILE": path])
            #expect(found.count == 1 && found[0].hasPrefix("handlers.x.user (file \(path)): cannot be"))
        }
    }

    @Test(arguments: [
        ("000001ffffffffff", true), ("00000000000000e0", true), ("00000000000000c0", false),
        ("00000000a80425bb", false), ("0000000000000000", false), ("x", false),
    ])
    func `who may act for others is read from the effective capabilities`(set: String, may: Bool) {
        let status = "Name:\tx\nCapPrm:\t000001ffffffffff\nCapEff:\t\(set)\nCapBnd:\t000001ffffffffff\n"
        #expect(ProcessPrivileges.mayActForOthers(status: status) == may)
    }
}
