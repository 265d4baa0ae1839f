import MillraceDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A user as people write one: by name, or as the numbers of a user and a group.
enum UnixUser: Equatable {
    case named(String)
    case numbered(user: UInt32, group: UInt32)

    /// Nil when it is neither.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, let user = Self.number(parts[0]), let group = Self.number(parts[1]) {
            self = .numbered(user: user, group: group)
        } else if Self.isName(text) {
            self = .named(text)
        } else {
            return nil
        }
    }

    /// What processes take on for it; nil when this machine does not know it. Blocks: the answer may come from afar.
    func lookUp() -> CommandUser? {
        switch self {
        case .numbered(let user, let group): return .ids(user: user, group: group, groups: [])
        case .named(let name):
            guard let (user, group) = Self.entry(name) else { return nil }
            return .ids(user: user, group: group, groups: Self.groups(name, group))
        }
    }

    /// The two highest numbers mean «no change» to setuid(2) and its like, somewhere or other.
    private static func number(_ text: Substring) -> UInt32? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt32(text).flatMap { $0 < UInt32.max - 1 ? $0 : nil }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), text.utf8.count <= 32 else { return false }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return !isNumber
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static func entry(_ name: String) -> (user: UInt32, group: UInt32)? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_536) { texts in
            var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
            guard let start = texts.baseAddress, getpwnam_r(name, &entry, start, texts.count, &found) == 0,
                found != nil
            else { return nil }
            return (entry.pw_uid, entry.pw_gid)
        }
    }

    #if canImport(Glibc)
        private typealias GroupNumber = gid_t
    #else
        private typealias GroupNumber = Int32
    #endif

    private static func groups(_ name: String, _ group: UInt32) -> [UInt32] {
        var count: Int32 = 65_536  // As many as Linux lets a process have.
        return withUnsafeTemporaryAllocation(of: GroupNumber.self, capacity: Int(count)) { groups in
            guard let start = groups.baseAddress, getgrouplist(name, GroupNumber(group), start, &count) >= 0 else {
                return [group]
            }
            return groups.prefix(Int(count)).map { UInt32($0) }
        }
    }
}
