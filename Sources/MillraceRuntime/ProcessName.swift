#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What this process is called where several run: host and process id.
enum ProcessName {
    static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        let host =
            gethostname(&name, name.count - 1) == 0
            ? String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "unknown"
        return "\(host)-\(getpid())"
    }
}
