import Glibc

/// Ports on the loopback address.
enum FreePort {
    /// The preferred port if nobody has it, else any free one. It is not held: whoever takes it must cope with a loss.
    static func find(preferring preferred: Int = 0) throws -> Int {
        if preferred != 0, let port = bind(preferred) { return port }
        guard let port = bind(0) else { throw CommandFailure("no free port on 127.0.0.1: \(SystemError.last)") }
        return port
    }

    /// Whether a server could listen on the port now.
    static func isFree(_ port: Int) -> Bool {
        bind(port) != nil
    }

    private static func bind(_ port: Int) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // As servers do: an old connection that lingers does not make the port taken.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                Glibc.bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        return bound ? Int(in_port_t(bigEndian: address.sin_port)) : nil
    }
}
