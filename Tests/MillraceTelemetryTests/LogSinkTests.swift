import Testing

@testable import MillraceTelemetry

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite struct `Log sink` {
    @Test func `a line goes out whole`() throws {
        let pipe = try Pipe()
        LogSink.write(Array("one line\n".utf8), to: pipe.writing)
        #expect(pipe.read(upTo: 100) == Array("one line\n".utf8))
    }

    @Test func `a full pipe that nobody reads delays no line for long`() throws {
        let pipe = try Pipe()
        _ = fcntl(pipe.writing, F_SETFL, O_NONBLOCK)
        let start = ContinuousClock.now
        LogSink.write(Array(repeating: UInt8(ascii: "x"), count: 1 << 20), to: pipe.writing)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    /// A pipe that closes itself.
    private final class Pipe {
        let reading: CInt
        let writing: CInt

        init() throws {
            var ends: [CInt] = [0, 0]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
        }

        deinit {
            close(reading)
            close(writing)
        }

        func read(upTo count: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            let got = Glibc.read(reading, &bytes, count)
            return Array(bytes.prefix(max(got, 0)))
        }
    }
}
