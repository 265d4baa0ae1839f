import Glibc

/// Programs on this machine.
enum Programs {
    static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    /// The first program of that name in the given directories, then in `PATH`.
    static func find(_ name: String, in directories: [String] = [], environment: [String: String]) -> String? {
        let path = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (directories + path).map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// The directory of the program that is running, where its companions lie too.
    static func ownDirectory() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else {
            throw CommandFailure("cannot tell where this program lies: \(SystemError.last)")
        }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    }
}
