import Testing

/// Runs a suite against the deployment that the environment names, else against a stack of its own.
struct DeploymentTrait: SuiteTrait, TestScoping {
    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        if let deployment = Deployment.fromEnvironment {
            try await Deployment.$current.withValue(deployment) { try await function() }
        } else {
            try await LocalStackTrait().provideScope(for: test, testCase: testCase, performing: function)
        }
    }
}

extension Trait where Self == DeploymentTrait {
    /// Any deployment will do.
    static var deployment: Self { Self() }
}

/// Runs a suite against a stack of its own, whose processes the tests may kill.
struct LocalStackTrait: SuiteTrait, TestScoping {
    var handlers: String?
    var consumer = "millrace-consumer"
    var settings: [String: String] = [:]

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let stack = try await LocalStack.start(handlers: handlers, consumer: consumer, settings: settings)
        do {
            try await LocalStack.$current.withValue(stack) {
                try await Deployment.$current.withValue(stack.deployment) { try await function() }
            }
        } catch {
            await stack.stop()
            throw error
        }
        await stack.stop()
    }
}

extension Trait where Self == LocalStackTrait {
    /// A stack of the suite's own.
    static var localStack: Self { Self() }
}
