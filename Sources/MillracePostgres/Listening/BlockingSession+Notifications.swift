import CLibpq

extension BlockingSession {
    /// The payloads of the notifications that have come, waiting for one until a moment.
    ///
    /// - Throws: ``PostgresError/Kind/connection`` when the connection is lost.
    func notifications(until deadline: ContinuousClock.Instant) throws(PostgresError) -> [String] {
        while true {
            let payloads = takeNotifications()
            guard payloads.isEmpty, try hasInput(by: deadline) else { return payloads }
            guard PQconsumeInput(handle) == 1 else { throw PostgresError(connection: handle) }
        }
    }

    /// The payloads of the notifications that were read together with something else.
    func takeNotifications() -> [String] {
        var payloads: [String] = []
        while let notification = PQnotifies(handle) {
            payloads.append(notification.pointee.extra.map { String(cString: $0) } ?? "")
            PQfreemem(notification)
        }
        return payloads
    }

    /// The server's process behind this connection, as it was told when it began.
    var backend: Int32 { PQbackendPID(handle) }
}
