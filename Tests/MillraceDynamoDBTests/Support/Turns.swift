import Synchronization

/// Replies in turn; the last one again and again.
final class Turns: Sendable {
    private let rest: Mutex<[LoopbackServer.Reply]>

    init(_ replies: [LoopbackServer.Reply]) {
        rest = Mutex(replies)
    }

    func next() -> LoopbackServer.Reply {
        rest.withLock { rest in rest.count > 1 ? rest.removeFirst() : rest.first ?? .drop }
    }
}
