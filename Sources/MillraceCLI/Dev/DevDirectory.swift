import FoundationEssentials
import Glibc

/// `.dev/`: what a development stack keeps between runs, and what it tells others while it runs.
struct DevDirectory: Sendable {
    /// An absolute path.
    let path: String

    var environmentFile: String { path + "/env" }
    var importDirectory: String { path + "/import" }
    var handlersFile: String { path + "/handlers.yaml" }

    /// Makes the directory below a working directory, or takes it as it is.
    init(below workingDirectory: String = FileManager.default.currentDirectoryPath) throws {
        path = workingDirectory + "/.dev"
        do {
            try FileManager.default.createDirectory(atPath: importDirectory, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("cannot make \(importDirectory): \(SystemError.last)")
        }
    }

    /// Holds the directory for one stack; released when the process ends, however that happens.
    ///
    /// - Throws: ``CommandFailure`` when another stack holds it.
    func lock() throws -> DevLock {
        try DevLock(path + "/lock")
    }

    /// The bootstrap token: what the environment says, else one that is made once and kept.
    func bootstrapToken(environment: [String: String]) throws -> String {
        if let given = environment["BOOTSTRAP_TOKEN"], !given.isEmpty {
            guard given.count >= 32 else { throw CommandFailure("BOOTSTRAP_TOKEN is shorter than 32 characters") }
            return given
        }
        let file = path + "/bootstrap-token"
        if let kept = PrivateFile.read(file), kept.count >= 32 { return kept }
        let token = "mr_" + RandomText.letters(count: 43)
        try PrivateFile.write(token + "\n", to: file)
        return token
    }
}

/// A lock on a file, held until it is released or the process ends.
final class DevLock: Sendable {
    private let descriptor: Int32

    fileprivate init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("cannot open \(path): \(SystemError.last)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw CommandFailure("a development stack is running here already (it holds \(path))")
        }
    }

    deinit {
        close(descriptor)
    }
}
