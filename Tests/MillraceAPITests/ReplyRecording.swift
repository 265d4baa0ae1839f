import Foundation
import HTTPTypes
import MillraceDomain
import Synchronization

@testable import MillraceAPI

/// Writes answers down, a JSON object a line, so that they can be judged by the published document:
/// Tests/Contract/replies.py.
final class ReplyRecording: Sendable {
    /// To the file that `RECORDED_REPLIES` names; nil where nobody asks for it.
    static let current = ProcessInfo.processInfo.environment["RECORDED_REPLIES"].flatMap { ReplyRecording(path: $0) }

    /// Bodies longer than this are left out, and the recording ends when it has so much altogether.
    private static let (longestBody, longestRecording) = (128 << 10, 64 << 20)

    private struct State {
        let file: FileHandle
        var length = 0
    }

    private let state: Mutex<State>

    private init?(path: String) {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { return nil }
        state = Mutex(State(file: file))
    }

    /// Writes an answer down.
    ///
    /// - Parameter template: the route's; nil where nothing is served.
    func record(_ method: HTTPRequest.Method, _ template: String?, _ reply: Reply) {
        let line = Self.line(method, template, reply)
        state.withLock { state in
            guard state.length <= Self.longestRecording else { return }
            state.length += line.count
            let isLast = state.length > Self.longestRecording
            state.file.write(Data(isLast ? Array("{\"full\":true}\n".utf8) : line))
        }
    }

    private static func line(_ method: HTTPRequest.Method, _ template: String?, _ reply: Reply) -> [UInt8] {
        var json = JSONWriter(capacity: 1024 + reply.body.utf8.count)
        json.beginObject()
        json.name("method")
        json.value(method.rawValue)
        json.name("template")
        json.value(template)
        json.name("status")
        json.value(reply.status)
        json.name("headers")
        json.beginObject()
        for name in Set(reply.headers.map(\.name)) {
            json.name(name.canonicalName)
            json.value(reply.headers[name])
        }
        json.endObject()
        json.name("body")
        json.value(reply.body.utf8.count <= longestBody ? reply.body : nil)
        json.endObject()
        return json.bytes + [0x0A]
    }
}

extension RouteTable {
    /// The template that a request matches, whatever its method.
    func template(_ method: HTTPRequest.Method, _ target: String) -> String? {
        switch resolve(method, RequestTarget(target).path) {
        case .found(let route, _): route.template
        case .wrongMethod(let template, _): template
        case .unknown: nil
        }
    }
}
