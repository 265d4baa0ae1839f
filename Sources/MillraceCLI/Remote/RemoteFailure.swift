import MillraceDomain

/// What an API that does not do what it was asked for means for the person at the terminal, and for scripts
/// (exit codes: sysexits.h).
enum RemoteFailure {
    static let (data, noInput, unavailable, software): (Int32, Int32, Int32, Int32) = (65, 66, 69, 70)
    static let (tryAgain, protocolError, noPermission, config): (Int32, Int32, Int32, Int32) = (75, 76, 77, 78)

    /// The failure that an answer stands for; nil for a success.
    static func of(_ answer: RemoteAnswer) -> CommandFailure? {
        guard !(200...299).contains(answer.status) else { return nil }
        return CommandFailure(words(for: answer), exitCode: exitCode(answer.status))
    }

    private static func exitCode(_ status: Int) -> Int32 {
        switch status {
        case 401, 403: noPermission
        case 404: noInput
        case 408, 429, 503: tryAgain
        case 400...499: data
        case 500...599: software
        default: protocolError
        }
    }

    /// The problem's own words with each fault (RFC 9457); the status alone where there is no problem.
    private static func words(for answer: RemoteAnswer) -> String {
        guard let problem = answer.json, let title = problem["detail"]?.string ?? problem["title"]?.string else {
            return "the API answered \(answer.status)"
        }
        let faults = (problem["errors"]?.elements ?? []).map { fault in
            "\(fault["pointer"]?.string ?? ""): \(fault["detail"]?.string ?? "")"
        }
        let code = problem["code"]?.string.map { " (\($0))" } ?? ""
        return ([title + code] + faults).joined(separator: "; ")
    }
}

extension JSONText {
    /// A member of an object; nil where there is none, or null.
    subscript(_ name: String) -> JSONText? {
        members?.first { $0.name == name && $0.value.kind != .null }?.value
    }
}
