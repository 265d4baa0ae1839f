import Synchronization

/// The last lines of an output, for saying why something failed.
final class CapturedLines: Sendable {
    private let lines = Mutex<[String]>([])
    private let limit: Int

    init(limit: Int = 20) {
        self.limit = limit
    }

    func append(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > limit { lines.removeFirst() }
        }
    }

    /// The lines on one line.
    var joined: String {
        lines.withLock { $0.joined(separator: " / ") }
    }
}
