import MillraceDomain
import Subprocess

/// How a command ended and what it said.
struct CommandEnd: Sendable {
    let status: TerminationStatus
    /// Nil when it is more than a result may be.
    let output: [UInt8]?
    /// The last of its standard error.
    let complaint: [UInt8]

    /// The output, where it is JSON as it stands.
    var result: JSONText? {
        guard let output, !output.isEmpty else { return nil }
        return try? JSONText(output)
    }

    /// The sentence, and what the command complained of.
    func message(_ sentence: String) -> String {
        let text = String(decoding: complaint, as: UTF8.self).filter { $0 != "\0" }
        return text.isEmpty ? sentence : "\(sentence) \(text)"
    }
}
