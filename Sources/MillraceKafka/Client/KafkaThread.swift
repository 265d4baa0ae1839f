#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A thread of our own, for a library whose calls block.
enum KafkaThread {
    /// Runs `body` on a new detached thread; whoever needs to know that it ended is told by `body` itself.
    ///
    /// - Throws: ``KafkaError/failed(code:reason:)`` when the system has no thread to give.
    static func start(_ body: @escaping @Sendable () -> Void) throws {
        let box = Unmanaged.passRetained(ThreadBody(body))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, nil, runThreadBody, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw KafkaError.failed(code: code, reason: "no thread to be had")
        }
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}

#if canImport(Darwin)
    private nonisolated func runThreadBody(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
#else
    private nonisolated func runThreadBody(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
#endif
