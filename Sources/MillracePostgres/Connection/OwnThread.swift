#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Runs blocking work on a thread of its own, away from Swift's cooperative pool.
enum OwnThread {
    /// What the thread runs; boxed because a C thread takes one pointer.
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread; its owner learns of its end from the body.
    ///
    /// - Throws: ``PostgresError/Kind/connection`` when the system has no thread to give.
    static func start(_ body: @escaping @Sendable () -> Void) throws(PostgresError) {
        let box = Unmanaged.passRetained(Body(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        #if canImport(Glibc)
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, { enter($0) }, box.toOpaque())
        #else
        var thread: pthread_t?
        let code = pthread_create(&thread, &attributes, { enter($0) }, box.toOpaque())
        #endif
        guard code == 0 else {
            box.release()
            throw PostgresError(.connection, "No thread could be started: error \(code).")
        }
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

    private static func enter(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }
}
