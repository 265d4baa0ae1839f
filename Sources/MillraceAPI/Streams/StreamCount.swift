import NIOCore
import NIOHTTP2

/// Tells the guard of a connection of its streams, which come and go on its event loop.
struct StreamCount: NIOHTTP2StreamDelegate {
    private let guardian: NIOLoopBound<StreamsGuard>

    init(_ guardian: StreamsGuard, on eventLoop: any EventLoop) {
        self.guardian = NIOLoopBound(guardian, eventLoop: eventLoop)
    }

    func streamCreated(_ id: HTTP2StreamID, channel: any Channel) {
        guardian.value.streamOpened(id)
    }

    func streamClosed(_ id: HTTP2StreamID, channel: any Channel) {
        guardian.value.streamClosed()
    }
}
