import Hummingbird
import NIOCore

/// The connection on which a request came.
struct Connection: InitializableFromSource {
    /// The client's address; nil where it has none, or is gone.
    let clientAddress: String?

    init(source: ApplicationRequestContextSource) {
        clientAddress = source.channel.remoteAddress?.ipAddress
    }
}
