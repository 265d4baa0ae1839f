import Foundation
import MillraceDomain
import Testing

@testable import MillraceDynamoDB

/// Signatures of generated DynamoDB requests, compared with those of AWS' own Python library where it is installed.
@Suite struct `Botocore` {
    private static let script = """
        import json, sys
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        import botocore.auth, datetime
        for line in sys.stdin:
            case = json.loads(line)
            moment = datetime.datetime.strptime(case["time"], "%Y%m%dT%H%M%SZ")
            class Frozen(datetime.datetime):
                @classmethod
                def utcnow(cls): return moment
                @classmethod
                def now(cls, tz=None): return moment
            botocore.auth.datetime = type("M", (), {"datetime": Frozen, "timezone": datetime.timezone})
            if hasattr(botocore.auth, "get_current_datetime"):
                botocore.auth.get_current_datetime = lambda *a, **k: moment
            request = AWSRequest("POST", case["url"], headers=case["headers"], data=case["body"].encode())
            keys = Credentials(case["key"], case["secret"], case.get("token"))
            SigV4Auth(keys, "dynamodb", case["region"]).add_auth(request)
            print(request.headers["Authorization"])
        """

    private static let hasBotocore = (try? run("import botocore", input: "")) != nil

    @Test(.enabled(if: hasBotocore, "python3 with botocore is not installed"))
    func `generated requests are signed as botocore signs them`() throws {
        var input = ""
        var ours: [String] = []
        for index in 0..<12 {
            let time = SigningTime(Timestamp(microseconds: 1_700_000_000_000_000 + Int64(index) * 86_399_000_000))
            let keys = AWSCredentials(
                accessKeyID: "AKID\(index)", secretAccessKey: "s/+=\(index)ż",
                sessionToken: index % 2 == 0 ? nil : "t=\(index)")
            let host = index % 3 == 0 ? "127.0.0.1:8\(index)00" : "dynamodb.eu-west-\(index).amazonaws.com"
            let body = #"{"TableName":"t\#(index)","Key":{"pk":{"S":"żółć \#(index)"}}}"#
            var headers = [
                "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.Op\(index)",
            ]
            let region = "eu-west-\(index)"
            let oracle = OracleCase(
                time: time.text, url: "http://\(host)/", headers: headers, body: body, key: keys.accessKeyID,
                secret: keys.secretAccessKey, token: keys.sessionToken, region: region)
            input += String(decoding: try JSONEncoder().encode(oracle), as: UTF8.self) + "\n"
            headers["host"] = host
            headers["x-amz-date"] = time.text
            headers["x-amz-security-token"] = keys.sessionToken
            ours.append(
                SigV4Signer(region: region, service: "dynamodb").authorization(
                    for: SigV4Request(headers: headers.map { ($0.key, $0.value) }, body: Array(body.utf8)), with: keys,
                    at: time))
        }
        let theirs = try Self.run(Self.script, input: input).split(separator: "\n").map(String.init)
        #expect(ours == theirs)
    }

    private struct OracleCase: Encodable {
        let time, url: String
        let headers: [String: String]
        let body, key, secret: String
        let token: String?
        let region: String
    }

    private struct Failed: Error {
        let output: String
    }

    private static func run(_ script: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = String(decoding: try stdout.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(output: output) }
        return output
    }
}
