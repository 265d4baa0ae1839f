import Dispatch

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads small files off Swift's cooperative pool, which a slow disk must not hold up.
enum SmallFile {
    /// No file of keys is larger.
    static let maxBytes = 1 << 20

    /// The file's bytes; nil when there is no such file or it may not be read.
    ///
    /// - Throws: ``DynamoDBError`` of kind `credentials` for a file of more than 1 MiB, `cancelled`.
    static func bytes(of path: String) async throws(DynamoDBError) -> [UInt8]? {
        // A stream rather than a continuation: who waits for it can be cancelled while the disk is not.
        let (answers, sink) = AsyncStream.makeStream(of: Result<[UInt8]?, DynamoDBError>.self)
        DispatchQueue.global().async {
            sink.yield(Result { () throws(DynamoDBError) in try bytesNow(of: path) })
            sink.finish()
        }
        for await answer in answers { return try answer.get() }
        throw DynamoDBError(.cancelled, "cancelled while reading a file")
    }

    /// The same on the calling thread, for the start of a process.
    static func bytesNow(of path: String) throws(DynamoDBError) -> [UInt8]? {
        // Without waiting, so that a pipe of that name does not hold the thread.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
            guard bytes.count <= maxBytes else {
                throw DynamoDBError(.credentials, "\(path) is larger than 1 MiB")
            }
        }
    }
}
