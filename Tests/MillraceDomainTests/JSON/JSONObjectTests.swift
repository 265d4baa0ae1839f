import MillraceDomain
import Testing

struct JSONObjectTests {
    @Test(arguments: ["[]", "1", "\"{}\"", "null", "true"])
    func `only an object is opened`(_ text: String) throws {
        let json = try JSONText(text)
        #expect(throws: FieldError("/here", .wrongType, "must be an object")) {
            try JSONObject(json, at: "/here")
        }
    }

    @Test func `members are taken once, and null counts as absent`() throws {
        var object = try JSONObject(JSONText(#"{"a":1,"b":null}"#))
        #expect(object.take("a")?.text == "1")
        #expect(object.take("a") == nil)
        #expect(object.take("b") == nil)
        #expect(object.take("c") == nil)
        try object.finish()
    }

    @Test func `every fault is told, each with its pointer`() throws {
        var object = try JSONObject(
            JSONText(#"{"n":"1","big":11,"time":"today","word":7,"x":1,"a":2}"#), at: "/jobs/3")
        #expect(object.takeInteger("n", in: 0...9) == nil)
        #expect(object.takeInteger("big", in: 0...9) == nil)
        #expect(object.takeTime("time") == nil)
        let word: String? = object.takeString("word") { (text) throws(FieldError) in text }
        object.require(word, "word")
        object.require(nil as Int?, "gone")
        let expected = [
            FieldError("/jobs/3/n", .wrongType, "must be a whole number"),
            FieldError("/jobs/3/big", .outOfRange, "must be between 0 and 9"),
            FieldError("/jobs/3/time", .invalidFormat, "must be an RFC 3339 time"),
            FieldError("/jobs/3/word", .wrongType, "must be a string"),
            FieldError("/jobs/3/gone", .missing, "is required"),
            FieldError("/jobs/3/a", .unknownMember, "is not known here"),
            FieldError("/jobs/3/x", .unknownMember, "is not known here"),
        ]
        #expect(throws: DomainError.invalid(expected)) { try object.finish() }
    }

    /// Guards: a slash followed by a combining mark was one character, unlike a slash, and stayed unescaped.
    @Test func `a name is escaped in its pointer, whatever follows the slash or tilde`() throws {
        var object = try JSONObject(JSONText("{\"a/b~c\":1,\"d/\u{301}\":1}"))
        let expected = [
            FieldError("/a~1b~0c", .unknownMember, "is not known here"),
            FieldError("/d~1\u{301}", .unknownMember, "is not known here"),
        ]
        #expect(throws: DomainError.invalid(expected)) { try object.finish() }
    }

    @Test func `an object that is a member tells its first fault`() throws {
        var object = try JSONObject(JSONText(#"{"b":1,"a":2}"#))
        #expect(throws: FieldError("/a", .unknownMember, "is not known here")) { try object.finishAsMember() }
    }

    @Test func `a fault found inside a member is told under that member`() throws {
        var object = try JSONObject(JSONText(#"{"list":[1]}"#), at: "/outer")
        let value: Int? = object.take("list", "a list") { (_) throws(FieldError) in
            throw FieldError("/0", .tooLong, "is too long")
        }
        #expect(value == nil)
        #expect(object.faults == [FieldError("/outer/list/0", .tooLong, "is too long")])
    }
}
