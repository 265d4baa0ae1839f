/// Where health and metrics are served, apart from the public API.
public struct AdminSettings: Sendable, Equatable {
    /// The address to bind; loopback unless set (`admin.host`).
    public var host: String
    /// The port to bind, 0 for any free one (`admin.port`; 9090 in the API, 9091 in the consumer).
    public var port: Int

    init(reading values: inout SettingsReader) {
        host = values.string("admin.host", default: "127.0.0.1")
        port = values.int("admin.port", default: values.role == .consumer ? 9091 : 9090, in: 0...65_535)
    }
}
