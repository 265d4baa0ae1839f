import CLibpq

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Session {
    /// What `poll(2)` should wait for on this connection's socket.
    var interest: Int16 {
        switch phase {
        case .connecting(PGRES_POLLING_READING): Int16(POLLIN)
        case .connecting: Int16(POLLOUT)
        case .ready: wantsWrite ? Int16(POLLIN) | Int16(POLLOUT) : Int16(POLLIN)
        }
    }
}
