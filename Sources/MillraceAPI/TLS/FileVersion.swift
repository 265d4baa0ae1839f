#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What tells one state of a file from another, without reading it.
struct FileVersion: Equatable, Sendable {
    private let seconds: Int
    private let nanoseconds: Int
    private let size: Int64
    private let number: UInt64

    /// That of the file at a path, symbolic links followed: a mounted secret changes by its link. Nil where there is
    /// none that can be looked at. Blocks.
    init?(_ path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        #if canImport(Glibc)
            let time = information.st_mtim
        #else
            let time = information.st_mtimespec
        #endif
        (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
        (size, number) = (Int64(information.st_size), UInt64(information.st_ino))
    }
}
