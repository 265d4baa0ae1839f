#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs blocking calls on threads of their own, so that they never hold one that Swift's tasks share.
enum OwnThread {
    /// Runs `body` on a new thread and waits for what it returns; the caller bounds how many.
    ///
    /// - Throws: `CancellationError` when the task is cancelled, or when there is no thread to be had. `body` itself
    ///   then goes on by itself; its result is passed over.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
        let answer = OneShot<Value?>()
        let value = await withTaskCancellationHandler {
            if !start({ answer.fulfil(body()) }) { answer.fulfil(nil) }
            return await answer.value
        } onCancel: {
            answer.fulfil(nil)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    /// Runs `body` on a new thread.
    ///
    /// - Returns: false when there is no thread to be had.
    static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        ThreadWork(body).start()
    }
}

/// What a thread does; retained by the thread until it has done it.
private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }

    func start() -> Bool {
        let reference = Unmanaged.passRetained(self)
        let hasStarted = startDetached(reference.toOpaque())
        if !hasStarted { reference.release() }
        return hasStarted
    }
}

private func startDetached(_ argument: UnsafeMutableRawPointer) -> Bool {
    #if canImport(Glibc)
        var thread = pthread_t()
        guard pthread_create(&thread, nil, doWork, argument) == 0 else { return false }
        pthread_detach(thread)
    #else
        var thread: pthread_t?
        guard pthread_create(&thread, nil, doWork, argument) == 0, let thread else { return false }
        pthread_detach(thread)
    #endif
    return true
}

/// A free function: a closure made where an actor's isolation holds would trap on the foreign thread.
private func doWork(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().body() }
    return nil
}
