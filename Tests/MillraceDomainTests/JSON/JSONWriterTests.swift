import MillraceDomain
import TestKit
import Testing

struct JSONWriterTests {
    @Test func `commas and nesting come out right`() throws {
        var writer = JSONWriter(capacity: 1)
        writer.beginObject()
        writer.name("empty")
        writer.beginObject()
        writer.endObject()
        writer.name("list")
        writer.beginArray()
        for number in 0..<3 { writer.value(number) }
        writer.beginArray()
        writer.endArray()
        writer.null()
        writer.value(true)
        writer.value(false)
        writer.endArray()
        writer.name("data" as String)
        writer.value(JSONText.emptyObject)
        writer.name("min")
        writer.value(Int64.min)
        writer.name("max")
        writer.value(UInt64.max)
        writer.name("at")
        writer.value(ManualClock.start)
        writer.endObject()
        #expect(
            writer.text == #"{"empty":{},"list":[0,1,2,[],null,true,false],"data":{},"min":-9223372036854775808,"#
                + #""max":18446744073709551615,"at":"2026-11-21T09:30:00.123Z"}"#)
        #expect(try JSONText(writer.bytes).bytes == writer.bytes[...])
    }

    @Test func `a string of every ASCII character and some others reads back as it was`() throws {
        let ascii = String(String.UnicodeScalarView((0...0x7F).compactMap { Unicode.Scalar($0) }))
        for text in [ascii, "", "😀", "e\u{301}", "\u{2028}\u{FFFF}\u{10FFFF}", "\"", "\\", "\n\"", "a\\"] {
            var writer = JSONWriter()
            writer.value(text)
            let read = try #require(try JSONText(writer.bytes).string)
            #expect(Array(read.utf8) == Array(text.utf8))
        }
    }

    @Test func `what must be escaped is escaped in the short form where there is one`() {
        var writer = JSONWriter()
        writer.value("\"\\\n\r\t\u{0}\u{8}\u{1F}/\u{7F}")
        #expect(writer.text == #""\"\\\n\r\t\u0000\u0008\u001f/"# + "\u{7F}\"")
    }

    @Test func `a member's name that is data is escaped`() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a\"\n😀" as String)
        writer.value(1)
        writer.endObject()
        #expect(try JSONText(writer.bytes).members?.map(\.name) == ["a\"\n😀"])
    }

    @Test func `JSON is written as it was sent`() {
        var writer = JSONWriter()
        writer.value(JSONText.oddlySpelt)
        #expect(writer.text == JSONText.oddlySpelt.text)
    }
}
