/// The ports of a development stack on the loopback address.
struct DevPorts: Sendable, Equatable {
    /// The API's: `PORT`, 8080 unless set. Somebody else's program on it is an error, because people rely on it.
    let http: Int
    /// Health and metrics of the API, wherever there is room.
    let apiAdmin: Int
    /// Health and metrics of the consumer, wherever there is room.
    let consumerAdmin: Int

    init(environment: [String: String]) throws {
        let text = environment["PORT"].flatMap { $0.isEmpty ? nil : $0 } ?? "8080"
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw CommandFailure("PORT: \"\(text)\" is not a port number from 1 to 65535")
        }
        guard FreePort.isFree(port) else {
            throw CommandFailure("port \(port) is in use; set PORT to another one, for example PORT=\(port + 1)")
        }
        http = port
        apiAdmin = try FreePort.find(preferring: 9090)
        consumerAdmin = try FreePort.find(preferring: 9091)
    }
}
