import Testing

/// A local stack with a webhook receiver, and a catalogue that names it and two commands.
struct HandlerStackTrait: SuiteTrait, TestScoping {
    @TaskLocal static var receiver: WebhookReceiver?

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let receiver = try await WebhookReceiver.start()
        let handlers = """
            handlers:
              github.event:
                driver: http
                url: \(receiver.url)
                secret: \(WebhookReceiver.secret)
                retry: {baseMs: 50}
              endpoint.event: {driver: http, endpoint: inbox, retry: {baseMs: 50}}
              wordcount:
                driver: command
                argv: [/usr/bin/python3, -c, "import json,os,sys; d=json.load(sys.stdin); \
            print(json.dumps({'words': len(d['text'].split()), 'kind': os.environ['MILLRACE_KIND']}))"]
              refuses:
                driver: command
                argv: [/bin/false]
            """
        do {
            try await Self.$receiver.withValue(receiver) {
                try await LocalStackTrait(handlers: handlers)
                    .provideScope(for: test, testCase: testCase, performing: function)
            }
        } catch {
            await receiver.stop()
            throw error
        }
        await receiver.stop()
    }
}

extension Trait where Self == HandlerStackTrait {
    /// A stack with handlers of every driver.
    static var handlerStack: Self { Self() }
}
