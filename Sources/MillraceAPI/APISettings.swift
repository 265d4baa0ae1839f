/// Where the API listens, and what bounds it in time and number.
struct APISettings: Sendable {
    /// The address to bind.
    var host = "0.0.0.0"
    /// The port to bind; 0 for any free one.
    var port = 8080
    /// How many connections may be open at once; some more are told so, further ones wait in the backlog.
    var maxConnections = 4096
    /// How many bytes of answers may be kept for clients, before those are cut off early that take nothing.
    var maxUnsentBytes = 256 << 20
    /// What a connection may take its time for.
    var connection = ConnectionLimits()
    /// How long the process is unready before it stops listening, so that load balancers notice.
    var shutdownPause: Duration = .zero
    /// Of which pages scripts may use the API in a browser.
    var origins: [String] = []
    /// What is taken from clients.
    var limits = APILimits()
    /// How often.
    var rates = RateLimits()
}
