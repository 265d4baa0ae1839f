import MillraceDomain
import Testing

struct EmailAddressTests {
    @Test(arguments: [
        ("ada@example.org", "ada@example.org"), ("  ada@example.org\n", "ada@example.org"),
        ("Ada.Lovelace+tag@Example.ORG", "Ada.Lovelace+tag@Example.ORG"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("a@b.c", "a@b.c"), ("1@1.1", "1@1.1"), ("jörg@exämple.org", "jörg@exämple.org"),
        ("用户@例子.广告", "用户@例子.广告"), ("!#$%&'*+/=?^_`{|}~-@x-y.org", "!#$%&'*+/=?^_`{|}~-@x-y.org"),
        ("\u{A0}ada@example.org\u{3000}", "ada@example.org"),
    ])
    func `an address is accepted without the white space around it`(_ given: String, _ kept: String) throws {
        #expect(try EmailAddress(given).text == kept)
    }

    @Test(arguments: [
        "", " ", "ada", "@example.org", "ada@", "ada@example", "ada@@example.org", "a@b@example.org",
        "ada@.example.org", "ada@example.org.", "ada@example..org", "ada@-example.org", "ada@example-.org",
        "ada@exa mple.org", "a da@example.org", "ada@exam_ple.org", ".ada@example.org", "ada.@example.org",
        "a..da@example.org", "ada\0@example.org", "ada\n@example.org", "<ada@example.org>", "ada,bob@example.org",
        "\"ada\"@example.org", "ada(x)@example.org", "a\\b@example.org", "ada@[127.0.0.1]", "a;b@example.org",
        "ada\u{2003}x@example.org", "ada@example.o\u{0}rg",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(throws: FieldError("", .invalidFormat, "must be an e-mail address")) { try EmailAddress(text) }
    }

    /// Guards: an @ followed by a combining mark was one character, unlike an @, and passed as part of a name.
    @Test func `a second @ is refused even under a combining mark`() {
        #expect(throws: FieldError("", .invalidFormat, "must be an e-mail address")) {
            try EmailAddress("a@\u{301}b@example.org")
        }
    }

    @Test func `an address has at most 254 characters, its local part 64 bytes, a label 63`() throws {
        let labels = Array(repeating: String(repeating: "x", count: 31), count: 6).joined(separator: ".")
        let name = String(repeating: "n", count: 61)
        let longest = "\(name)@\(labels).y"
        #expect(longest.count == 255)
        #expect(throws: FieldError("", .tooLong, "must have at most 254 characters")) { try EmailAddress(longest) }
        #expect(try EmailAddress(String(longest.dropFirst())).text.count == 254)
        #expect(try EmailAddress(String(repeating: "n", count: 64) + "@example.org").text.count == 76)
        #expect(throws: FieldError.self) { try EmailAddress(String(repeating: "n", count: 65) + "@example.org") }
        #expect(try EmailAddress("a@" + String(repeating: "n", count: 63) + ".org").text.count == 69)
        #expect(throws: FieldError.self) { try EmailAddress("a@" + String(repeating: "n", count: 64) + ".org") }
    }
}
