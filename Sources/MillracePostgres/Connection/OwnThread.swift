#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs blocking work on a thread of its own, away from Swift's cooperative pool.
enum OwnThread {
    /// What the thread runs; boxed because a C thread takes one pointer.
    fileprivate final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread; its owner learns of its end from the body.
    ///
    /// - Throws: ``PostgresError/Kind/connection`` when the system has no thread to give.
    static func start(_ body: @escaping @Sendable () -> Void) throws(PostgresError) {
        let argument = Unmanaged.passRetained(Body(body)).toOpaque()
        let code = create(argument)
        guard code == 0 else {
            Unmanaged<Body>.fromOpaque(argument).release()
            throw PostgresError(.connection, "No thread could be started: error \(code).")
        }
    }

    private static func create(_ argument: UnsafeMutableRawPointer) -> Int32 {
        #if canImport(Glibc)
            var thread = pthread_t()
            let code = pthread_create(&thread, nil, enterThread, argument)
            if code == 0 { pthread_detach(thread) }
        #else
            var thread: pthread_t?
            let code = pthread_create(&thread, nil, enterThread, argument)
            if let thread, code == 0 { pthread_detach(thread) }
        #endif
        return code
    }

    /// Runs blocking work to its end and returns what it returned.
    static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try start { continuation.resume(with: Result { try work() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

/// Where a C thread begins. A named function: a closure here would take on its surroundings' isolation.
private nonisolated func enterThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<OwnThread.Body>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
}
