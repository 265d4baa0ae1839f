import Testing

@testable import MillraceDynamoDB

@Suite struct `AWS environment` {
    @Test func `the region is AWS_REGION, then AWS_DEFAULT_REGION, then the profile's`() async throws {
        try await withFolder { folder in
            let config = try folder.write(
                "[default]\nregion = eu-west-1\n[profile p]\nregion = eu-west-2\n", to: "config")
            var environment = ["AWS_CONFIG_FILE": config]
            #expect(AWSEnvironment(environment).region == "eu-west-1")
            environment["AWS_PROFILE"] = "p"
            #expect(AWSEnvironment(environment).region == "eu-west-2")
            environment["AWS_DEFAULT_REGION"] = "eu-west-3"
            #expect(AWSEnvironment(environment).region == "eu-west-3")
            environment["AWS_REGION"] = "eu-west-4"
            #expect(AWSEnvironment(environment).region == "eu-west-4")
            #expect(AWSEnvironment(["AWS_REGION": ""]).region == nil)
        }
    }

    @Test func `the service's own endpoint wins over the common one`() throws {
        let common = ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"]
        #expect(try AWSEnvironment(common).endpoint()?.url == "http://127.0.0.1:1")
        let both = common.merging(["AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2/"]) { old, _ in old }
        #expect(try AWSEnvironment(both).endpoint()?.url == "http://127.0.0.1:2")
        let ignored = both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) { old, _ in old }
        #expect(try AWSEnvironment(ignored).endpoint() == nil)
        #expect(try AWSEnvironment([:]).endpoint() == nil)
    }

    @Test func `an endpoint that is none is refused by the variable's name`() {
        let environment = AWSEnvironment(["AWS_ENDPOINT_URL_DYNAMODB": "127.0.0.1:8000"])
        let error = #expect(throws: DynamoDBError.self) { try environment.endpoint() }
        #expect(error?.kind == .invalid && error?.message.contains("AWS_ENDPOINT_URL_DYNAMODB") == true)
    }

    @Test func `the regions of China have a domain of their own`() {
        #expect(DynamoDBEndpoint(region: "cn-north-1").host == "dynamodb.cn-north-1.amazonaws.com.cn")
        #expect(DynamoDBEndpoint(region: "eu-west-1").host == "dynamodb.eu-west-1.amazonaws.com")
    }
}
