import MillraceDomain
import TestKit
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `Shared files` {
    @Test func `the default profile's keys are read, whatever stands around them`() async throws {
        try await withFolder { folder in
            let path = try folder.write(
                """
                # comment
                ; comment
                [other]
                aws_access_key_id = wrong
                aws_secret_access_key = wrong
                [ default ]
                AWS_ACCESS_KEY_ID=AKID
                aws_secret_access_key =  se/c+r=et   # mine
                s3 =
                  aws_session_token = nested
                """, to: "credentials")
            let found = try await source(["AWS_SHARED_CREDENTIALS_FILE": path]).fetch()
            #expect(found?.credentials == AWSCredentials(accessKeyID: "AKID", secretAccessKey: "se/c+r=et"))
            #expect(found?.expiresAt == nil)
        }
    }

    @Test func `a named profile is found in the config file too, with its session token`() async throws {
        try await withFolder { folder in
            let config = try folder.write(
                """
                [jobs]
                aws_access_key_id = wrong
                aws_secret_access_key = wrong
                [profile "jobs"]
                region = eu-north-1
                aws_access_key_id = A
                aws_secret_access_key = B
                aws_session_token = C
                """, to: "config")
            let environment = ["AWS_CONFIG_FILE": config, "AWS_PROFILE": "jobs", "HOME": folder.path]
            let found = try await source(environment).fetch()
            #expect(
                found?.credentials == AWSCredentials(accessKeyID: "A", secretAccessKey: "B", sessionToken: "C"))
            #expect(AWSEnvironment(environment).region == "eu-north-1")
        }
    }

    @Test func `the files of the home folder are the usual ones`() async throws {
        try await withFolder { folder in
            let place = AWSProfile.Place(["HOME": folder.path])
            #expect(place.credentialsPath == "\(folder.path)/.aws/credentials")
            #expect(place.configPath == "\(folder.path)/.aws/config")
            let tilde = AWSProfile.Place(["HOME": "/h", "AWS_CONFIG_FILE": "~/c"])
            #expect(tilde.configPath == "/h/c" && tilde.name == "default" && !tilde.isNamed)
        }
    }

    @Test func `no file, no profile and a profile without keys are nobody's setting`() async throws {
        try await withFolder { folder in
            let missing = try await source(["HOME": folder.path]).fetch()
            #expect(missing == nil)
            let path = try folder.write("[default]\nregion = eu-north-1\n", to: "config")
            let without = try await source(["AWS_CONFIG_FILE": path]).fetch()
            #expect(without == nil)
            let nowhere = try await source([:]).fetch()
            #expect(nowhere == nil)
        }
    }

    @Test(arguments: [
        ("aws_access_key_id = A\n", "default", "secret"), ("role_arn = arn:aws:iam::1:role/r\n", "default", "role_arn"),
        ("credential_process = /bin/x\n", "default", "credential_process"), ("region = r\n", "jobs", "AWS_PROFILE"),
    ])
    func `what somebody set up and cannot work is told`(
        _ lines: String, _ profile: String, _ mention: String
    ) async throws {
        try await withFolder { folder in
            let path = try folder.write("[default]\n\(lines)", to: "config")
            var environment = ["AWS_CONFIG_FILE": path]
            if profile != "default" { environment["AWS_PROFILE"] = profile }
            let source = source(environment)
            let error = await #expect(throws: DynamoDBError.self) { try await source.fetch() }
            #expect(error?.kind == .credentials && error?.message.contains(mention) == true)
        }
    }

    @Test func `a file past all measure is refused`() async throws {
        try await withFolder { folder in
            let path = try folder.write(String(repeating: "x", count: SmallFile.maxBytes + 1), to: "credentials")
            let source = source(["AWS_SHARED_CREDENTIALS_FILE": path])
            let error = await #expect(throws: DynamoDBError.self) { try await source.fetch() }
            #expect(error?.kind == .credentials)
        }
    }

    @Test func `a file that changes is read again`() async throws {
        try await withFolder { folder in
            func write(_ key: String) throws -> String {
                try folder.write(
                    "[default]\naws_access_key_id = \(key)\naws_secret_access_key = s\n", to: "credentials")
            }
            let path = try write("old")
            let clock = ManualClock()
            let chain = CredentialsChain(
                [source(["AWS_SHARED_CREDENTIALS_FILE": path])], logger: .quiet, clock: clock)
            #expect(try await chain.credentials().accessKeyID == "old")
            _ = try write("new")
            #expect(try await chain.credentials().accessKeyID == "old")
            clock.advance(by: .seconds(5))
            let changed = try await eventually { try await chain.credentials().accessKeyID == "new" }
            #expect(changed)
            await chain.close()
        }
    }

    private func source(_ environment: [String: String]) -> SharedFileCredentials {
        SharedFileCredentials(environment)
    }
}
