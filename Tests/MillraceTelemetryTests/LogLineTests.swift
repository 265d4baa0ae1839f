import FoundationEssentials
import Logging
import MillraceTelemetry
import Synchronization
import Testing

@Suite struct `Log lines` {
    @Test func `an event is one JSON object on one line`() throws {
        let log = LineCollector()
        var logger = log.logger(.json)
        logger[metadataKey: "job.id"] = "0190"
        logger.info(
            "job finished", metadata: ["job.attempt": .stringConvertible(3), "job.ok": .stringConvertible(true)])
        #expect(
            log.lines == [
                #"{"time":"2026-11-21T09:30:00.123Z","level":"info","message":"job finished","logger":"test","#
                    + #""job.attempt":3,"job.id":"0190","job.ok":true}"# + "\n"
            ])
    }

    @Test func `nested metadata is flattened under dotted keys and arrays stay arrays`() throws {
        let log = LineCollector()
        log.logger(.json).warning(
            "m",
            metadata: [
                "http": ["request": ["id": "7"], "empty": [:]], "list": ["a", ["k": "v"]], "message": "forged",
            ])
        let object = try log.object()
        #expect(object["http.request.id"] == .string("7"))
        #expect(object["http.empty"] == .object([:]))
        #expect(object["list"] == .array([.string("a"), .object(["k": .string("v")])]))
        #expect(object["message"] == .string("m"))
        #expect(object["metadata.message"] == .string("forged"))
    }

    @Test func `a key given twice is written once`() throws {
        let log = LineCollector()
        log.logger(.json).info("m", metadata: ["a.b": "1", "a": ["b": "2"]])
        #expect(log.lines.first?.components(of: #""a.b""#) == 1)
    }

    @Test(arguments: [
        "quote \" and \\ back", "line\nfeed\r\n",
        "\u{0}\u{1}\u{1F}\u{7F}\u{85}\u{9B}2J", "\u{2028}\u{2029}", "żółć 🧵",
        String(decoding: [0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80], as: UTF8.self), "",
    ])
    func `any text survives and cannot end the line`(_ text: String) throws {
        let log = LineCollector()
        log.logger(.json).error("\(text)", metadata: ["k": "\(text)"])
        let line = try #require(log.lines.first)
        #expect(line.utf8.filter { $0 < 0x20 || $0 == 0x7F } == [0x0A])
        #expect(line.unicodeScalars.allSatisfy { !(0x80..<0xA0 ~= $0.value || 0x2028...0x2029 ~= $0.value) })
        let object = try log.object()
        #expect(object["message"] == .string(text))
        #expect(object["k"] == .string(text))
    }

    @Test func `a huge value is cut between characters and marked`() throws {
        let log = LineCollector()
        log.logger(.json).info("\(String(repeating: "ż", count: 20_000))a")
        guard case .string(let message) = try log.object()["message"] else {
            Issue.record("message is not text")
            return
        }
        #expect(message.hasSuffix("ż…[trimmed]"))
        #expect(message.utf8.count < 17_000)
    }

    @Test func `numbers that JSON cannot write become text`() throws {
        let log = LineCollector()
        log.logger(.json).info(
            "m",
            metadata: [
                "nan": .stringConvertible(Double.nan), "big": .stringConvertible(UInt64.max),
                "d": .stringConvertible(0.5),
            ])
        #expect(log.lines.first?.contains(#""big":18446744073709551615,"d":0.5,"nan":"nan""#) == true)
    }

    @Test func `an error is logged with its type`() throws {
        struct Broken: Error {}
        let log = LineCollector()
        log.logger(.json).error("m", error: Broken())
        let object = try log.object()
        #expect(object["error.message"] == .string("Broken()"))
        #expect(object["error.type"] != nil)
    }

    @Test func `the terminal format is one short line without control characters`() throws {
        let log = LineCollector()
        log.logger(.text).notice("up\u{1B}[31m", metadata: ["a": "x", "b": "two words", "c": "1\n2", "d": ""])
        #expect(
            log.lines == [#"09:30:00.123 NOTE  test: up\u001b[31m a=x b="two words" c="1\n2" d="""# + "\n"])
    }

    @Test func `the level of the whole process changes while it runs`() {
        let log = LineCollector()
        let early = log.logger(.json)
        early.debug("hidden")
        log.level.level = .debug
        early.debug("shown")
        var pinned = log.logger(.json)
        pinned.logLevel = .error
        pinned.warning("hidden")
        #expect(log.lines.count == 1)
        for level in Logger.Level.allCases {
            log.level.level = level
            #expect(log.level.level == level)
        }
    }

    @Test func `a time before the epoch is still a time`() {
        let log = LineCollector(milliseconds: -1)
        log.logger(.json).info("m")
        #expect(log.lines.first?.contains("1969-12-31T23:59:59.999Z") == true)
    }
}

/// Keeps lines instead of writing them.
final class LineCollector: Sendable {
    let level = LogLevelSwitch(.info)
    private let collected = Mutex<[String]>([])
    private let milliseconds: Int64

    init(milliseconds: Int64 = 1_795_253_400_123) {
        self.milliseconds = milliseconds
    }

    var lines: [String] { collected.withLock { $0 } }

    func logger(_ format: LogFormat) -> Logger {
        let sink = LogSink { [self] line in collected.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        let now: @Sendable () -> LogTimestamp = { [milliseconds] in
            LogTimestamp(millisecondsSinceEpoch: milliseconds)
        }
        return Logger(label: "test") { [level] label in
            switch format {
            case .json: JSONLogHandler(label: label, level: level, sink: sink, now: now)
            case .text: TextLogHandler(label: label, level: level, sink: sink, now: now)
            }
        }
    }

    func object() throws -> [String: JSONValue] {
        let line = try #require(lines.first)
        return try JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8))
    }
}

/// Any JSON, to look into what was written.
enum JSONValue: Decodable, Equatable {
    case string(String), number(Double), bool(Bool), array([JSONValue]), object([String: JSONValue]), null

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if let items = try? value.decode([JSONValue].self) {
            self = .array(items)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }
}

extension String {
    func components(of part: String) -> Int {
        ranges(of: part).count
    }
}
