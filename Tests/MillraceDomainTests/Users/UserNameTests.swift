import MillraceDomain
import Testing

struct UserNameTests {
    @Test(arguments: ["A", "Ada Lovelace", "😀", "<script>", " ", String(repeating: "é", count: 200)])
    func `a name is kept as given`(_ text: String) throws {
        #expect(try UserName(text).text == text)
    }

    @Test(arguments: ["", String(repeating: "x", count: 201), String(repeating: "e\u{301}", count: 101)])
    func `a name has 1 to 200 characters`(_ text: String) {
        #expect(throws: FieldError("", .outOfRange, "must have 1 to 200 characters")) { try UserName(text) }
    }

    @Test(arguments: ["a\0", "\n", "a\u{7F}b", "a\u{85}b", "\t", "a\r\nb"])
    func `a name holds no control characters`(_ text: String) {
        #expect(throws: FieldError("", .invalidFormat, "must not hold control characters")) { try UserName(text) }
    }
}
