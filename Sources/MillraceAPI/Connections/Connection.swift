import Hummingbird
import NIOCore

/// The connection on which a request came.
struct Connection: InitializableFromSource {
    /// The client's address; nil where it has none, or is gone.
    let clientAddress: String?
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        clientAddress = source.channel.remoteAddress?.ipAddress
        channel = source.channel
    }

    /// Tells a client that waits to be asked for the body of its request.
    func askForBody() {
        channel.triggerUserOutboundEvent(ReadyForBody(), promise: nil)
    }
}
