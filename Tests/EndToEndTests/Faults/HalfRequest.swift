import Foundation

/// A connection on which half a request has been sent.
struct HalfRequest {
    private let descriptor: Int32

    init(url: String) throws {
        guard let port = URLComponents(string: url)?.port else { throw POSIXError(.EINVAL) }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { throw POSIXError(.ECONNREFUSED) }
        let half = Array("POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{".utf8)
        guard send(descriptor, half, half.count, Int32(MSG_NOSIGNAL)) == half.count else {
            throw POSIXError(.EPIPE)
        }
    }

    func close() {
        _ = Foundation.close(descriptor)
    }
}
