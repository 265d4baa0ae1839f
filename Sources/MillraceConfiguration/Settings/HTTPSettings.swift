/// How the REST API listens, and what it takes from clients.
public struct HTTPSettings: Sendable, Equatable {
    /// The address to bind; all interfaces unless set (`http.host`).
    public var host: String
    /// The port to bind, 0 for any free one (`http.port`, also `PORT`).
    public var port: Int
    /// The largest request body in bytes (`http.maxBodyBytes`, 1 MiB).
    public var maxBodyBytes: Int
    /// The largest body of a bulk request in bytes (`http.maxBulkBodyBytes`, 16 MiB).
    public var maxBulkBodyBytes: Int
    /// How many connections may be open at once; some more are answered 503, further ones wait in the backlog
    /// (`http.maxConnections`).
    public var maxConnections: Int
    /// How many requests may be worked on at once; further ones are refused at once (`http.maxInFlight`, 1024).
    public var maxInFlight: Int
    /// How many bytes of answers may be kept for clients that have not taken them yet, before those are cut off early
    /// that take nothing (`http.maxUnsentBytes`, 256 MiB).
    public var maxUnsentBytes: Int
    /// How long the head of a request may take to arrive (`http.headerTimeoutMs`, 10 s).
    public var headerTimeout: Duration
    /// How long a request may take to arrive whole (`http.requestTimeoutMs`, 30 s).
    public var requestTimeout: Duration
    /// How long a client may take nothing of its answer (`http.writeTimeoutMs`, 30 s).
    public var writeTimeout: Duration
    /// How many bytes of an answer give a client another second of that (`http.minReadBytesPerSecond`, 16 KiB).
    public var minReadBytesPerSecond: Int
    /// How long its answer may take once it has (`http.answerTimeoutMs`, 4.5 s).
    public var answerTimeout: Duration
    /// How long a connection may be open without a request (`http.idleTimeoutMs`, 15 s).
    public var idleTimeout: Duration
    /// How long running requests may go on after a stop was asked for (`http.drainMs`, 20 s).
    public var drain: Duration
    /// How often each token may be used, as a token bucket; without a limit unless set (`http.rateLimit.*`).
    public var rateLimit: RateSettings
    /// How many wrong tokens may come from each client address: 1 a second, 50 at once (`http.failedAuth.*`).
    public var failedAuth: RateSettings
    /// Networks of proxies whose `X-Forwarded-For` is believed, in CIDR notation (`http.trustedProxies`).
    public var trustedProxies: [String]
    /// The certificate and key by which the API is reached by TLS (`http.tls.*`); without them it is not.
    public var tls: TLSSettings?
    /// The origins of pages whose scripts may use the API in a browser (`http.cors.origins`); none unless set.
    public var origins: [String]

    init(reading values: inout SettingsReader) {
        host = values.string("http.host", default: "0.0.0.0")
        port = values.int("http.port", default: 8080, in: 0...65_535)
        maxBodyBytes = values.int("http.maxBodyBytes", default: 1_048_576, in: 1024...1_073_741_824)
        maxBulkBodyBytes = values.int("http.maxBulkBodyBytes", default: 16_777_216, in: 1024...1_073_741_824)
        maxConnections = values.int("http.maxConnections", default: 4096, in: 1...1_000_000)
        maxInFlight = values.int("http.maxInFlight", default: 1024, in: 2...1_000_000)
        maxUnsentBytes = values.int("http.maxUnsentBytes", default: 268_435_456, in: 1_048_576...1_099_511_627_776)
        headerTimeout = values.milliseconds("http.headerTimeoutMs", default: 10_000, in: 100...3_600_000)
        requestTimeout = values.milliseconds("http.requestTimeoutMs", default: 30_000, in: 100...3_600_000)
        writeTimeout = values.milliseconds("http.writeTimeoutMs", default: 30_000, in: 100...3_600_000)
        minReadBytesPerSecond = values.int("http.minReadBytesPerSecond", default: 16_384, in: 1...1_073_741_824)
        answerTimeout = values.milliseconds("http.answerTimeoutMs", default: 4500, in: 100...3_600_000)
        idleTimeout = values.milliseconds("http.idleTimeoutMs", default: 15_000, in: 100...3_600_000)
        tls = TLSSettings(reading: &values)
        origins = values.list(
            "http.cors.origins", expected: "a list of origins like https://app.example.org",
            where: WebOrigin.isValid)
        drain = values.milliseconds("http.drainMs", default: 20_000, in: 0...28_000)
        rateLimit = RateSettings(reading: &values, below: "http.rateLimit", perSecond: 0, burst: 100)
        failedAuth = RateSettings(reading: &values, below: "http.failedAuth", perSecond: 1, burst: 50)
        trustedProxies = values.list(
            "http.trustedProxies", expected: "a list of networks like 10.0.0.0/8 or fd00::/8",
            where: NetworkNotation.isValid)
    }
}
