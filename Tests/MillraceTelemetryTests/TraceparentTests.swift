import MillraceTelemetry
import Testing

@Suite struct `Trace position` {
    private static let valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func `a valid header reads and writes the same`() throws {
        let parent = try #require(Traceparent(Self.valid))
        #expect(parent.description == Self.valid)
        #expect(parent.isSampled)
        #expect(parent.traceID.description == "0af7651916cd43dd8448eb211c80319c")
        #expect(parent.spanID == 0xb7ad_6b71_6920_3331)
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", true),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02", false),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-says", true),
        (" \t00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ", true),
    ])
    func `what the standard allows is read`(_ text: String, _ sampled: Bool) throws {
        let parent = try #require(Traceparent(text))
        #expect(parent.isSampled == sampled)
        #expect(parent.description.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"))
    }

    @Test(arguments: [
        "", "00", "hello",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0X",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.extra",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-001",
        "00-0af7651916cd43dd8448eb211c80319ż-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,"
            + "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func `what the standard forbids starts a new trace`(_ text: String) {
        #expect(Traceparent(text) == nil)
    }

    @Test func `a child keeps the trace and changes the span`() throws {
        let parent = try #require(Traceparent(Self.valid))
        var random = SystemRandomNumberGenerator()
        let child = parent.child(using: &random)
        #expect(child.traceID == parent.traceID)
        #expect(child.spanID != parent.spanID)
        #expect(child.isSampled)
        #expect(parent.child(spanID: 0) == nil)
        #expect(parent.child(spanID: 1)?.description == "00-0af7651916cd43dd8448eb211c80319c-0000000000000001-01")
    }

    @Test func `a root never has a zero id`() {
        var random = ScriptedNumbers([0, 0, 7, 0, 0, 0, 8, 9])
        let root = Traceparent.root(isSampled: false, using: &random)
        #expect(root.description == "00-00000000000000000000000000000008-0000000000000009-00")
    }

    private struct ScriptedNumbers: RandomNumberGenerator {
        private var numbers: [UInt64]

        init(_ numbers: [UInt64]) {
            self.numbers = numbers
        }

        mutating func next() -> UInt64 {
            numbers.isEmpty ? 1 : numbers.removeFirst()
        }
    }
}
