import MillraceDomain
import TestKit
import Testing

struct JSONTextTests {
    @Test func `a document is kept as it was sent, without the white space around it`() throws {
        let inside = #"{ "b" : 1.50e+1,"a":[ ] , "\u00e9":"\/" }"#
        #expect(try JSONText(" \n\r\t" + inside + " \n").text == inside)
        #expect(try JSONText(JSONText.oddlySpelt.text) == .oddlySpelt)
    }

    @Test func `documents are equal when they are spelt equally`() throws {
        #expect(try JSONText("1.0") != JSONText("1"))
        #expect(try JSONText(" [1]") == JSONText("[1]"))
        #expect(try JSONText("[1]").hashValue == JSONText(" [1] ").hashValue)
        // Canonically equivalent texts are different JSON.
        #expect(try JSONText("\"\u{E9}\"") != JSONText("\"e\u{301}\""))
    }

    @Test(arguments: [
        ("{}", JSONText.Kind.object), ("[]", .array), ("\"\"", .string), ("-1", .number), ("0", .number),
        ("true", .boolean), ("false", .boolean), ("null", .null),
    ])
    func `each kind of value is told`(_ text: String, _ kind: JSONText.Kind) throws {
        #expect(try JSONText(text).kind == kind)
    }

    @Test func `members come in the order they were sent, their names unescaped, their values as spelt`() throws {
        let members = try #require(try JSONText(#"{"b" : 1.0 , "\u0061\n":{"x" :[]},"😀":null}"#).members)
        #expect(members.map(\.name) == ["b", "a\n", "😀"])
        #expect(members.map(\.value.text) == ["1.0", #"{"x" :[]}"#, "null"])
        #expect(members[1].value.members?.first?.value.elements == [])
        #expect(try JSONText("{ }").members?.count == 0)
        #expect(try JSONText("[]").members == nil)
    }

    @Test func `elements come in order, however deep they nest`() throws {
        let elements = try #require(try JSONText(#"[ 1 ,"a,]" , [[2]],{"k":[3]} ]"#).elements)
        #expect(elements.map(\.text) == ["1", "\"a,]\"", "[[2]]", #"{"k":[3]}"#])
        #expect(try JSONText("[ ]").elements == [])
        #expect(try JSONText("{}").elements == nil)
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0000\u001F\u00e9\uFFFF""#, "\0\u{1F}\u{E9}\u{FFFF}"), (#""\ud83d\uDE00!""#, "😀!"),
        (#""a\u0062c\u0064""#, "abcd"), (#""é漢😀""#, "é漢😀"), (#""\\u0041""#, "\\u0041"),
        (#""\ud83d\ude00\ud83d\ude01""#, "😀😁"),
    ])
    func `a string is read with its escapes resolved`(_ text: String, _ string: String) throws {
        #expect(try JSONText(text).string == string)
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("42", 42), ("9223372036854775807", Int64.max), ("-9223372036854775808", .min),
    ])
    func `a whole number is read`(_ text: String, _ number: Int64) throws {
        #expect(try JSONText(text).integer == number)
    }

    @Test(arguments: ["1.0", "1e2", "9223372036854775808", "-9223372036854775809", "\"1\"", "true", "null", "[]"])
    func `nothing else is a whole number`(_ text: String) throws {
        #expect(try JSONText(text).integer == nil)
    }

    @Test(arguments: [
        ("7", 7), ("7.0", 7), ("-70.00", -70), ("7e2", 700), ("7E+2", 700), ("0.07e2", 7), ("70e-1", 7), ("-0.0", 0),
        ("0e-9", 0), ("9223372036854775807.0", Int64.max), ("-9.223372036854775808e18", .min),
    ])
    func `a number that is whole is one however it is spelt`(_ text: String, _ number: Int64) throws {
        #expect(try JSONText(text).wholeNumber == number)
    }

    @Test(arguments: [
        "7.5", "7e-1", "0.07", "9223372036854775808.0", "1e19", "1e400", "1e-400", "1e99999999999999999999", "\"7\"",
        "7.0000000000000000000000000000000000000000000000000000000000000001", "true", "null", "[7]",
    ])
    func `what is not whole or does not fit is none`(_ text: String) throws {
        #expect(try JSONText(text).wholeNumber == nil)
    }

    @Test func `a boolean is read, nothing else is one`() throws {
        #expect(try JSONText("true").boolean == true)
        #expect(try JSONText("false").boolean == false)
        #expect(try JSONText("null").boolean == nil)
        #expect(try JSONText("\"true\"").boolean == nil)
        #expect(try JSONText("1").string == nil)
    }

    @Test func `nesting is allowed up to the limit and no deeper`() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ depth: Int) -> [UInt8] {
                Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
            }
            #expect(try JSONText(nested(64)).bytes.count == nested(64).count)
            let offset = 64 * open.utf8.count
            #expect(throws: JSONError.self) { try JSONText(nested(65)) }
            #expect(reason(of: nested(65)) == .tooDeep)
            #expect(throws: JSONError.self) { try JSONText(nested(100_000)) }
            #expect(try JSONText(nested(65), maxDepth: 65).bytes.count > offset)
        }
        #expect(try JSONText(Array("1".utf8), maxDepth: 0).integer == 1)
    }

    private func reason(of bytes: [UInt8]) -> JSONError.Reason? {
        do { _ = try JSONText(bytes) } catch { return error.reason }
        return nil
    }
}
