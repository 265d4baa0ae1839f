#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that are to be run.
enum ProgramFile {
    /// Whether we may run it.
    static func isThere(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Whether a file is there that execvp(3) would try a shell on, for want of any sign of what it is.
    static func isForShell(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var head: [UInt8] = [0, 0, 0, 0]
        let count = read(descriptor, &head, head.count)
        return count >= 0 && head != [0x7F, 0x45, 0x4C, 0x46] && head.prefix(2) != [0x23, 0x21]
    }
}
