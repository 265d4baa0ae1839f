import MillraceDomain

/// The lines of an import, read and sorted into users and faults.
struct ImportSheet: Sendable {
    /// So many faults are kept one by one; the others are only counted.
    static let maxListed = 100

    /// The users, each address once, in order of its first line.
    private(set) var profiles: [UserProfile] = []
    /// The first faults.
    private(set) var listed: [BadLine] = []
    /// How many lines are bad.
    private(set) var rejected = 0

    /// The profile of an address, without regard to case.
    private var known: [String: Int] = [:]
    private var number = 0

    /// Takes in the next line; an empty one counts only as a line.
    mutating func read(_ line: some BidirectionalCollection<UInt8>) {
        number += 1
        let bytes = Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line.dropLast(0))
        guard bytes.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) else { return }
        do throws(BadLine) {
            try add(try ImportLine.profile(bytes, number: number))
        } catch {
            rejected += 1
            if listed.count < Self.maxListed { listed.append(error) }
        }
    }

    private mutating func add(_ profile: UserProfile) throws(BadLine) {
        let address = profile.email.text.lowercased()
        guard let index = known[address] else {
            known[address] = profiles.count
            return profiles.append(profile)
        }
        guard profiles[index].name == profile.name else {
            throw BadLine(
                number: number, code: "conflicting_duplicate",
                detail: "gives an address of an earlier line another name")
        }
    }
}
