import MillraceDomain
import Testing

/// The documents that RFC 8259 and I-JSON allow and refuse.
struct JSONGrammarTests {
    @Test(arguments: [
        "{}", "[]", " [ ] ", "{ }", "\t\n\r []", "0", "-0", "1", "-1", "10", "1234567890", "0.0", "-0.5", "1.25",
        "1e1", "1E1", "1e+1", "1e-1", "1E400", "0e0", "0.1e-10", "123456789012345678901234567890", "true", "false",
        "null", #""""#, #""a""#, #""\"""#, #""\\""#, #""\/""#, #""\b\f\n\r\t""#, #""\u0041""#, #""\uabCD""#,
        #""\uD834\udd1e""#, #""\u0000""#, "\"\u{7F}\"", "\"é\"", "\"漢\"", "\"😀\"", "\"\u{2028}\u{2029}\"",
        "\"\u{FFFF}\u{10FFFF}\"", "\"\u{D7FF}\u{E000}\"", "[1]", "[1,2]", "[ 1 , 2 ]", "[[],{}]", "[\"a\",1,true,null]",
        #"{"a":1}"#, #"{"a":1,"b":2}"#, #"{ "a" : { "a" : [ { "a" : 1 } ] } }"#, #"{"":0}"#,
        #"{"a":{"b":1},"b":{"a":1}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":1,"A":2}"#, #"{"e\u0301":1,"\u00e9":2}"#,
        #"{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"10":1,"11":1,"12":1,"13":1,"14":1}"#,
    ])
    func `a document is accepted`(_ text: String) throws {
        let trimmed = text.drop { " \t\n\r".contains($0) }.reversed().drop { " \t\n\r".contains($0) }.reversed()
        #expect(try JSONText(text).text == String(trimmed))
    }

    @Test(
        arguments: [
            (.unexpectedEnd, ""), (.unexpectedEnd, " "), (.unexpectedEnd, "["), (.unexpectedEnd, "[1"),
            (.unexpectedEnd, "[1,"), (.unexpectedEnd, "{"), (.unexpectedEnd, #"{"a"#), (.unexpectedEnd, #"{"a""#),
            (.unexpectedEnd, #"{"a":"#), (.unexpectedEnd, #"{"a":1"#), (.unexpectedEnd, #"{"a":1,"#),
            (.unexpectedEnd, "\""), (.unexpectedEnd, "\"a"), (.unexpectedEnd, "\"\\"), (.unexpectedEnd, "\"\\u00"),
            (.unexpectedEnd, "tru"), (.unexpectedEnd, "nul"), (.unexpectedEnd, "-"), (.unexpectedEnd, "1."),
            (.unexpectedEnd, "1e"), (.unexpectedEnd, "1e+"),
            (.unexpectedByte, "x"), (.unexpectedByte, "'a'"), (.unexpectedByte, "]"), (.unexpectedByte, "[,1]"),
            (.unexpectedByte, "[1,]"), (.unexpectedByte, "[1 2]"), (.unexpectedByte, "[1;2]"), (.unexpectedByte, "[1}"),
            (.unexpectedByte, "{1:2}"), (.unexpectedByte, "{a:1}"), (.unexpectedByte, #"{"a" 1}"#),
            (.unexpectedByte, #"{"a":1,}"#), (.unexpectedByte, #"{"a":1 "b":2}"#), (.unexpectedByte, #"{"a":}"#),
            (.unexpectedByte, #"{,"a":1}"#), (.unexpectedByte, #"{"a":1]"#), (.unexpectedByte, "True"),
            (.unexpectedByte, "nulL"), (.unexpectedByte, "NaN"), (.unexpectedByte, "Infinity"), (.unexpectedByte, "+1"),
            (.unexpectedByte, ".5"), (.unexpectedByte, "/* */ 1"), (.unexpectedByte, "\u{FEFF}1"),
            (.unexpectedByte, "\u{A0}1"), (.unexpectedByte, "\u{C}1"),
            (.invalidNumber, "-a"), (.invalidNumber, "[-]"), (.invalidNumber, "[1.]"), (.invalidNumber, "[1.e1]"),
            (.invalidNumber, "[1e]"), (.invalidNumber, "[1e+]"), (.invalidNumber, "--1 "),
            (.invalidNumber, "-Infinity"),
            (.trailingContent, "01"), (.trailingContent, "-01"), (.trailingContent, "1 2"), (.trailingContent, "0x1"),
            (.trailingContent, "{}{}"), (.trailingContent, "[]]"), (.trailingContent, "nullnull"),
            (.trailingContent, "1,"), (.trailingContent, "1 // one"), (.trailingContent, "\"a\"b"),
            (.trailingContent, "1\0"),
            (.controlCharacter, "\"\n\""), (.controlCharacter, "\"\t\""), (.controlCharacter, "\"\0\""),
            (.controlCharacter, "\"a\u{1F}\""),
            (.invalidEscape, #""\a""#), (.invalidEscape, #""\x41""#), (.invalidEscape, #""\'""#),
            (.invalidEscape, #""\U0041""#), (.invalidEscape, #""\u00g0""#), (.invalidEscape, #""\u 041""#),
            (.invalidEscape, #""\u00""#), (.invalidEscape, "\"\\\n\""),
            (.loneSurrogate, #""\ud800""#), (.loneSurrogate, #""\udc00""#), (.loneSurrogate, #""\uDFFFa""#),
            (.loneSurrogate, #""\ud83d\ud83d""#), (.loneSurrogate, #""\ud83d\n""#),
            (.loneSurrogate, #""\ude00\ud83d""#),
            (.loneSurrogate, #""\ud83d\u0041""#), (.loneSurrogate, #"{"\ud83d":1}"#),
            (.duplicateMember, #"{"a":1,"a":1}"#), (.duplicateMember, #"{"a":1,"b":2,"a":3}"#),
            (.duplicateMember, #"{"":1,"":2}"#), (.duplicateMember, #"{"a":1,"\u0061":2}"#),
            (.duplicateMember, #"{"\u0061":1,"a":2}"#), (.duplicateMember, #"{"\u0061":1,"\u0061":2}"#),
            (.duplicateMember, #"{"x":{"a":1,"a":2}}"#), (.duplicateMember, #"[{"a":[{"a":1,"a":2}]}]"#),
            (.duplicateMember, #"{"\/":1,"/":2}"#), (.duplicateMember, #"{"😀":1,"\ud83d\ude00":2}"#),
            (
                .duplicateMember,
                #"{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"a":1,"b":1,"c":1,"d":1,"3":1}"#
            ),
            (
                .duplicateMember,
                #"{"1":1,"2":2,"3":3,"4":4,"5":5,"6":6,"7":7,"8":8,"9":9,"a":1,"b":1,"c":1,"d":1,"d":1}"#
            ),
        ] as [(JSONError.Reason, String)])
    func `a document is refused for its first fault`(_ reason: JSONError.Reason, _ text: String) {
        #expect(fault(Array(text.utf8))?.reason == reason)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xFF], [0xFE], [0xC0, 0x80], [0xC1, 0xBF], [0xC2, 0x41], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE2, 0x82, 0x41], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98, 0x41], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xC3, 0xC3],
        ] as [[UInt8]])
    func `a string that is not UTF-8 is refused`(_ bytes: [UInt8]) {
        let document = [UInt8(ascii: "\"")] + bytes + Array("\"    ".utf8)
        #expect(fault(document)?.reason == .invalidUTF8)
    }

    @Test(arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func `a character cut off by the end is an early end`(_ bytes: [UInt8]) {
        #expect(fault([UInt8(ascii: "\"")] + bytes)?.reason == .unexpectedEnd)
    }

    @Test(arguments: [
        ("", 0), ("[1,]", 3), ("[1", 2), ("\"\\q\"", 2), ("{}x", 2), (#"{"a":1,"a":2}"#, 7), ("nulx", 3), ("[-]", 2),
    ])
    func `the fault tells where it was noticed`(_ text: String, _ offset: Int) {
        #expect(fault(Array(text.utf8))?.offset == offset)
    }

    private func fault(_ bytes: [UInt8]) -> JSONError? {
        do { _ = try JSONText(bytes) } catch { return error }
        return nil
    }
}
