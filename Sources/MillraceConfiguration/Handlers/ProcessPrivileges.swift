import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What this process may do that ordinary ones may not.
enum ProcessPrivileges {
    /// Whether it runs as root.
    static var isRoot: Bool { geteuid() == 0 }

    /// Whether it may start processes as other users, with their groups, and end them again: `CAP_SETUID`,
    /// `CAP_SETGID` and `CAP_KILL` of capabilities(7). A container's root often lacks them.
    static func mayActForOthers() -> Bool {
        guard let status = FileManager.default.contents(atPath: "/proc/self/status") else { return isRoot }
        return mayActForOthers(status: String(decoding: status, as: UTF8.self))
    }

    /// - Parameter status: of proc(5).
    static func mayActForOthers(status: String) -> Bool {
        let needed: UInt64 = 1 << 5 | 1 << 6 | 1 << 7
        let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
        guard let word = line?.split(whereSeparator: \.isWhitespace).last, let effective = UInt64(word, radix: 16)
        else {
            return false
        }
        return effective & needed == needed
    }
}
