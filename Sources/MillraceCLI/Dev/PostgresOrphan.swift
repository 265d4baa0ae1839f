import Glibc

/// A server that an earlier run left behind on our data directory.
struct PostgresOrphan {
    let home: PostgresHome

    /// Ends it, if there is one. A file whose process is gone, or is somebody else's, is left to the next server, which
    /// knows how to tell.
    ///
    /// - Throws: ``CommandFailure`` when it does not end within 20 s.
    func end() async throws {
        try await stop()
        // Dead but not reaped yet, it still counts as running for the next server.
        let deadline = ContinuousClock.now + .seconds(10)
        while isDying(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(25)) }
    }

    /// Whether the process of the pid file exists and has given up its working directory, as one that ends does.
    private func isDying() -> Bool {
        guard let file = PostmasterFile(home: home), kill(file.pid, 0) == 0 || errno == EPERM else { return false }
        return link("/proc/\(file.pid)/cwd") == nil && errno == ENOENT
    }

    private func stop() async throws {
        guard let pid = ourServer() else { return }
        // Each word is given some time: fast shutdown, then at once, then no longer asked.
        for (signal, patience) in [(SIGINT, 10.0), (SIGQUIT, 5.0), (SIGKILL, 5.0)] {
            kill(pid, signal)
            let deadline = ContinuousClock.now + .seconds(patience)
            while ContinuousClock.now < deadline {
                if ourServer() != pid { return }
                try await Task.sleep(for: .milliseconds(25))
            }
        }
        throw CommandFailure("an earlier Postgres (process \(pid)) on \(home.data) does not end")
    }

    /// The process of the pid file, if it is a Postgres that works in our data directory.
    private func ourServer() -> pid_t? {
        guard let file = PostmasterFile(home: home) else { return nil }
        // The number may belong to anybody by now. A server works in its data directory and nobody else does.
        guard let directory = link("/proc/\(file.pid)/cwd"), directory == realPath(home.data) else { return nil }
        guard link("/proc/\(file.pid)/exe")?.hasSuffix("/postgres") == true else { return nil }
        return file.pid
    }

    private func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
