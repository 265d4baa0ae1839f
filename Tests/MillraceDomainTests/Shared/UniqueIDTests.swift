import MillraceDomain
import TestKit
import Testing

struct UniqueIDTests {
    private let text = "01890a5d-ac96-774b-bcce-b302099a8057"

    @Test func `the text form is read in either case and written in lower case`() throws {
        let id = try #require(UniqueID(text))
        #expect(UniqueID(text.uppercased()) == id)
        #expect(id.description == text)
        #expect(id.high == 0x0189_0A5D_AC96_774B && id.low == 0xBCCE_B302_099A_8057)
    }

    @Test(arguments: [
        "", "01890a5d", "01890a5dac96774bbcceb302099a8057", "{01890a5d-ac96-774b-bcce-b302099a8057}",
        "01890a5d-ac96-774b-bcce-b302099a805", "01890a5d-ac96-774b-bcce-b302099a80577",
        "01890a5d-ac96-774b-bcce-b302099a805g", "01890a5d_ac96_774b_bcce_b302099a8057",
        "01890a5da-c96-774b-bcce-b302099a8057", " 1890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a805７", "01890a5d-ac96-774b-bcce-b302099a805\0",
        "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
    ])
    func `anything else is not an id`(_ text: String) {
        #expect(UniqueID(text) == nil)
    }

    @Test func `sixteen bytes make an id, any other count does not`() throws {
        let id = try #require(UniqueID(text))
        #expect(UniqueID(bytes: id.bytes) == id)
        #expect(id.bytes.count == 16 && id.bytes.first == 0x01 && id.bytes.last == 0x57)
        #expect(UniqueID(bytes: id.bytes.dropLast()) == nil)
        #expect(UniqueID(bytes: id.bytes + [0]) == nil)
    }

    @Test func `ids are ordered by their bytes`() {
        let ids = [UniqueID(high: 0, low: .max), UniqueID(high: 1, low: 0), UniqueID(high: .max, low: 0)]
        #expect(ids.shuffled().sorted() == ids)
        #expect(ids.map(\.description).sorted() == ids.map(\.description))
    }
}

struct UUIDv7GeneratorTests {
    @Test func `an id carries the milliseconds of its making, version 7 and the variant of RFC 9562`() {
        let clock = ManualClock()
        let id = UUIDv7Generator(clock: clock).next()
        #expect(id.high >> 16 == UInt64(clock.now().microseconds / 1000))
        #expect(id.high >> 12 & 0xF == 7)
        #expect(id.low >> 62 == 0b10)
    }

    @Test func `ids strictly increase within a millisecond, past the counter's end and when the clock steps back`() {
        let clock = ManualClock()
        let generator = UUIDv7Generator(clock: clock)
        var ids = (0..<10_000).map { _ in generator.next() }
        clock.advance(by: .seconds(-3600))
        ids += (0..<10).map { _ in generator.next() }
        clock.advance(by: .seconds(7200))
        ids += (0..<10).map { _ in generator.next() }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy { $0.high >> 12 & 0xF == 7 && $0.low >> 62 == 0b10 })
    }

    @Test func `ids made at the same time by many are all different`() async {
        let generator = UUIDv7Generator()
        let ids = await withTaskGroup(of: [UniqueID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1000).map { _ in generator.next() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 8000)
    }

    @Test func `a clock before 1970 does no harm`() {
        let generator = UUIDv7Generator(clock: ManualClock(Timestamp(microseconds: -1)))
        #expect(generator.next() < generator.next())
    }
}
