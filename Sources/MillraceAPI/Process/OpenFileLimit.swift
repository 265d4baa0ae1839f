import Logging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many files and connections the process may have open.
enum OpenFileLimit {
    /// Raises it as far as anybody may. It is low out of regard for programs that use `select`, which nothing here
    /// does.
    ///
    /// - Returns: how many it may be now.
    static func raise() -> Int {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(resource, &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : before)
    }
}

extension APISettings {
    /// What this process can hold: without a file for each connection it could not even reach its stores.
    func fitting(openFiles: Int, _ logger: Logger) -> APISettings {
        // For stores, logs, and connections that are told that there are too many.
        let room = max((openFiles - 128) * 4 / 5, 16)
        guard room < maxConnections else { return self }
        logger.warning(
            "fewer connections than configured",
            metadata: ["http.maxConnections": "\(room)", "process.openFiles": "\(openFiles)"])
        var settings = self
        settings.maxConnections = room
        return settings
    }
}
