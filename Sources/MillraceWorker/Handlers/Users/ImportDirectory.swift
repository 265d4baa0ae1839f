import MillraceDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The directory out of which users may be imported. Opened step by step without following links, so that no name
/// leads outside.
struct ImportDirectory: Sendable {
    /// A larger file is refused.
    static let maxBytes = 64 * 1024 * 1024

    let path: String

    /// The bytes of a file.
    ///
    /// - Parameter name: a path inside the directory.
    /// - Throws: `JobFailure`, permanent, for a name that leads outside or to anything but a regular file of at most
    ///   64 MiB, retryable when it cannot be read; `CancellationError`.
    func read(_ name: String) async throws -> [UInt8] {
        let steps = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.contains("\0") }) else {
            throw JobFailure.permanent("invalid_file", "The file's name must be a path inside the import directory.")
        }
        return try await OwnThread.run { [path] in
            Result { () throws(JobFailure) in try Self.read(steps, in: path) }
        }.get()
    }

    private static func read(_ steps: [String], in directory: String) throws(JobFailure) -> [UInt8] {
        var descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw JobFailure(code: "file_not_read", message: "The import directory could not be opened.")
        }
        defer { close(descriptor) }
        for (index, step) in steps.enumerated() {
            let kind = index == steps.count - 1 ? O_NONBLOCK : O_DIRECTORY
            let next = openat(descriptor, step, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind)
            guard next >= 0 else { throw failure(errno) }
            close(descriptor)
            descriptor = next
        }
        return try contents(of: descriptor)
    }

    private static func contents(of descriptor: Int32) throws(JobFailure) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .permanent("invalid_file", "The file is not a regular file.")
        }
        guard status.st_size <= Self.maxBytes else {
            throw .permanent("file_too_large", "The file has more than \(Self.maxBytes) bytes.")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(bytes.count)) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            // It may have grown meanwhile.
            guard bytes.count <= Self.maxBytes else {
                throw .permanent("file_too_large", "The file has more than \(Self.maxBytes) bytes.")
            }
        }
    }

    private static func failure(_ code: Int32) -> JobFailure {
        switch code {
        case ELOOP, ENOTDIR: .permanent("invalid_file", "The file's name leads through a link or a file.")
        case ENOENT: .permanent("file_not_found", "The import directory has no such file.")
        default: JobFailure(code: "file_not_read", message: "The file could not be read.")
        }
    }
}
