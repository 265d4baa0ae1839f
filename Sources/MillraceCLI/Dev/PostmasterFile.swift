import FoundationEssentials

/// What a running server says about itself in `postmaster.pid`.
struct PostmasterFile: Sendable, Equatable {
    let pid: Int32
    let dataDirectory: String
    /// `starting`, `ready`, `standby` or `stopping`; nil until it is known.
    let status: String?

    /// Reads the file of a data directory; nil when there is none or it makes no sense.
    init?(home: PostgresHome) {
        guard let data = FileManager.default.contents(atPath: home.data + "/postmaster.pid") else { return nil }
        self.init(text: String(decoding: data, as: UTF8.self))
    }

    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2, let pid = Int32(lines[0]), pid > 1 else { return nil }
        self.pid = pid
        dataDirectory = String(lines[1])
        status = lines.count >= 8 ? lines[7].split(separator: " ").first.map(String.init) : nil
    }
}
