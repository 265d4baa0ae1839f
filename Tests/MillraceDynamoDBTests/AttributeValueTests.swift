import MillraceDomain
import MillraceDynamoDB
import Testing

@Suite struct `Attribute values` {
    @Test(arguments: [
        (AttributeValue.string("a\"\n\u{1}ż🧵"), #"{"S":"a\"\n\u0001ż🧵"}"#), (.number(-7), #"{"N":"-7"}"#),
        (.binary([0, 255, 1]), #"{"B":"AP8B"}"#), (.bool(false), #"{"BOOL":false}"#), (.null, #"{"NULL":true}"#),
        (
            .map(["b": .null, "a": .list([.number("1.50"), .map([:])])]),
            #"{"M":{"a":{"L":[{"N":"1.50"},{"M":{}}]},"b":{"NULL":true}}}"#
        ),
        (.stringSet(["y", "x"]), #"{"SS":["x","y"]}"#), (.list([]), #"{"L":[]}"#),
    ])
    func `a value is written as the protocol wants and read back`(_ value: AttributeValue, _ json: String) throws {
        var writer = JSONWriter()
        value.write(to: &writer)
        #expect(writer.text == json)
        #expect(try AttributeValue(JSONText(json)) == value)
    }

    @Test(arguments: ["{}", "[]", #"{"S":1}"#, #"{"X":"a"}"#, #"{"S":"a","N":"1"}"#, #"{"B":"%%%"}"#, #"{"M":[]}"#])
    func `what the protocol does not allow is malformed`(_ json: String) throws {
        let json = try JSONText(json)
        let error = #expect(throws: DynamoDBError.self) { try AttributeValue(json) }
        #expect(error?.kind == .malformed)
    }
}
