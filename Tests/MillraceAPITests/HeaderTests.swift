import MillraceDomain
import Testing

@testable import MillraceAPI

struct HeaderTests {
    @Test(
        arguments: [
            ("wait=5", 5), ("respond-async, wait=10", 10), ("WAIT=1", 1), ("wait = 7", 7), ("wait=\"9\"", 9),
            ("wait=61", 60), ("wait=99999999999999999999", 60), ("wait=5; x=y", 5), ("wait=5, wait=6", 5),
            ("wait=0", nil), ("wait=-1", nil), ("wait", nil), ("wait=", nil), ("wait=x", nil), ("wait=1.5", nil),
            ("", nil), ("waiting=5", nil), ("x=\"a, wait=5\"", nil),
        ] as [(String, Int?)])
    func `a wish to wait is read, and what makes no sense ignored`(field: String, wait: Int?) {
        #expect(Preferences(field).wait == wait)
    }

    @Test(
        arguments: [
            (nil, true), ("", true), ("*/*", true), ("application/json", true), ("application/*", true),
            ("APPLICATION/JSON", true), ("text/html, application/json;q=0.1", true), ("text/html,*/*;q=0.8", true),
            ("application/json; charset=utf-8", true), ("text/html", false), ("application/xml, text/*", false),
            ("application/json;q=0", false), ("application/json;q=0, */*", false), ("*/*;q=0.0", false),
            ("application/*;q=0, application/json", true), ("nonsense", true),
        ] as [(String?, Bool)])
    func `the most specific range of Accept decides`(field: String?, isAccepted: Bool) {
        #expect(MediaType.accepts("application/json", field) == isAccepted)
    }

    @Test(arguments: [[], [0], [1, 2], [255, 254, 253], Array(0...255)] as [[UInt8]])
    func `base64 for targets comes back`(bytes: [UInt8]) {
        #expect(Base64.decodeFromURL(Base64.encodeForURL(bytes)) == bytes)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `base64 is that of RFC 4648`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test(arguments: ["=", "Zg==", "Zh", "Z", "a b", "é", "+/"])
    func `other spellings of base64 are refused`(text: String) {
        #expect(Base64.decodeFromURL(text) == nil)
    }

    @Test(arguments: [Timestamp(microseconds: -1), Timestamp(microseconds: .max), Timestamp(microseconds: 0)])
    func `a cursor comes back`(time: Timestamp) throws {
        let position = PagePosition(createdAt: time, id: UniqueID(high: .max, low: 1))
        let text = Cursor.encode(position, filter: ["/x", "a", "b"])
        #expect(try Cursor.decode(text, filter: ["/x", "a", "b"]) == position)
        #expect(throws: FieldError.self) { try Cursor.decode(text, filter: ["/x", "ab"]) }
    }

    @Test(arguments: [
        ("abc", "abc"), ("a b", "a%20b"), ("é/~", "%C3%A9%2F~"), ("&=+%", "%26%3D%2B%25"),
    ])
    func `targets are encoded and decoded`(text: String, encoded: String) {
        #expect(PercentCoding.encode(text) == encoded)
        #expect(PercentCoding.decode(encoded[...], plusIsSpace: true) == text)
    }
}
