import Glibc

/// A thread of our own, for calls that block.
enum OwnThread {
    /// Runs `body` on a new detached thread. Whoever needs to know that it ended is told by `body`.
    ///
    /// - Throws: ``CommandFailure`` when the system has no thread to give.
    static func start(_ body: @escaping @Sendable () -> Void) throws {
        let box = Unmanaged.passRetained(ThreadBody(body))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, runThreadBody, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw CommandFailure("the system has no thread to give (\(SystemError.text(code)))")
        }
        pthread_detach(thread)
    }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

private nonisolated func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
    return nil
}
