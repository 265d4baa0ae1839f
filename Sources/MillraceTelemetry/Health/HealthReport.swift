/// What the health checks said, ready to be answered.
public struct HealthReport: Sendable, Equatable {
    /// The whole process in one word.
    public enum Status: String, Sendable {
        /// Everything works.
        case ok
        /// Something optional does not.
        case degraded
        /// Something critical does not.
        case unavailable
        /// The process is going away and wants no new work.
        case draining
    }

    /// One check's answer. It never carries the error's text, which may name hosts.
    public enum Outcome: String, Sendable {
        /// The probe returned.
        case ok
        /// The probe threw.
        case failed
        /// The probe did not answer in time.
        case timedOut = "timed_out"
    }

    /// The whole process in one word.
    public let status: Status
    /// Each check's answer by name.
    public let checks: [String: Outcome]

    /// 200 while the process is ready for work, else 503.
    public var httpStatus: Int {
        switch status {
        case .ok, .degraded: 200
        case .unavailable, .draining: 503
        }
    }

    /// `{"status":"ok","checks":{"postgres":"ok"}}`, checks ordered by name.
    public var json: String {
        var text: [UInt8] = []
        text.append(contentsOf: #"{"status":"\#(status.rawValue)","checks":{"#.utf8)
        for (index, check) in checks.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            LogText.appendQuoted(check.key, to: &text)
            text.append(contentsOf: #":"\#(check.value.rawValue)""#.utf8)
        }
        text.append(contentsOf: "}}".utf8)
        return String(decoding: text, as: UTF8.self)
    }
}
