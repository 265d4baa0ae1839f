import Crypto

/// The parts of a request that a signature covers.
struct SigV4Request {
    var method = "POST"
    /// Normalised and not yet percent-encoded.
    var path = "/"
    /// Not yet percent-encoded.
    var query: [(name: String, value: String)] = []
    /// Every header to sign, `host` and `x-amz-date` among them.
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []

    /// The form whose digest is signed, and the list of headers in it.
    ///
    /// Source: "Create a signed AWS API request", step 1.
    var canonical: (text: String, signedHeaders: String) {
        let fields = Dictionary(grouping: headers) { $0.name.lowercased() }
            .mapValues { $0.map { Self.collapsed($0.value) }.joined(separator: ",") }
            .sorted { $0.key < $1.key }
        let signedHeaders = fields.map(\.key).joined(separator: ";")
        let query = query.map { (Self.encoded($0.name), Self.encoded($0.value)) }.sorted { $0 < $1 }
        let text = [
            method,
            Self.encoded(path, keeping: "/"),
            query.map { "\($0)=\($1)" }.joined(separator: "&"),
            fields.map { "\($0.key):\($0.value)\n" }.joined(),
            signedHeaders,
            SHA256.hash(data: body).hexadecimal,
        ].joined(separator: "\n")
        return (text, signedHeaders)
    }

    /// Trims, and makes one space of several.
    private static func collapsed(_ value: String) -> String {
        value.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    private static func encoded(_ text: String, keeping kept: String = "") -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where kept.utf8.contains(byte):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%" + hexadecimal(byte).uppercased()
            }
        }
        return result
    }
}

func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String { map { MillraceDynamoDB.hexadecimal($0) }.joined() }
}
