/// Shortens a list of attempts, oldest first: long error messages, then whole attempts, both marked.
enum AttemptTrim {
    /// What an attempt's error is called where older attempts were left out.
    static let mark = "millrace_trimmed"
    private static let keptCharacters = 80

    /// The list, smaller by at least `excess` bytes if it can be.
    static func shortened(_ attempts: [AttributeValue], by excess: Int) -> [AttributeValue] {
        var (attempts, excess) = (attempts, excess)
        for index in attempts.indices where excess > 0 {
            let before = ArchiveTrim.size(attempts[index])
            attempts[index] = withoutMessage(attempts[index])
            excess -= before - ArchiveTrim.size(attempts[index])
        }
        guard excess > 0 else { return attempts }
        // The last one left out stays behind as the mark, which takes some room itself.
        var (count, freed) = (0, -128)
        while count < attempts.count - 1, freed < excess {
            freed += ArchiveTrim.size(attempts[count]) + 1
            count += 1
        }
        guard count > 0 else { return attempts }
        return [marked(attempts[count - 1], count)] + attempts[count...]
    }

    private static func withoutMessage(_ attempt: AttributeValue) -> AttributeValue {
        guard case .map(var members) = attempt, case .map(var error)? = members["error"],
            let message = error["message"]?.string, message.count > keptCharacters * 2
        else { return attempt }
        error["message"] = .string("\(message.prefix(keptCharacters)) … (\(mark))")
        members["error"] = .map(error)
        return .map(members)
    }

    private static func marked(_ attempt: AttributeValue, _ count: Int) -> AttributeValue {
        guard case .map(var members) = attempt else { return attempt }
        members["error"] = .map([
            "code": .string(mark), "message": .string("The oldest \(count) attempts were not kept."),
            "at": members["end"] ?? .number(0),
        ])
        return .map(members)
    }
}
