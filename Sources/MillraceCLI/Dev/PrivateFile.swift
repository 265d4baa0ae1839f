import FoundationEssentials
import Glibc

/// Small files that only their owner may read.
enum PrivateFile {
    /// The first line of a file; nil when it cannot be read or is empty.
    static func read(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    }

    /// Writes a file of mode 0600, whole or not at all: readers see the old one or the new one.
    static func write(_ text: String, to path: String) throws {
        let temporary = path + ".new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("cannot write \(path): \(SystemError.last)") }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard close(descriptor) == 0, written == bytes.count, rename(temporary, path) == 0 else {
            throw CommandFailure("cannot write \(path): \(SystemError.last)")
        }
    }
}
