public import MillraceDomain

/// The code of this consumer: Swift handlers by kind, and the drivers for the kinds that are configured.
///
/// ```swift
/// let handlers = HandlerSet(swift: [JobKind("thumbnail"): Thumbnail()])
/// ```
public struct HandlerSet: HandlerRegistry {
    private let swift: [JobKind: any JobHandler]
    private let transactional: [JobKind: any TransactionalJobHandler]
    private let webhooks: Webhooks?
    private let endpoints: Endpoints?
    private let commands: CommandSettings?

    /// Gathers handlers.
    ///
    /// - Parameters:
    ///   - swift: the handlers that are compiled in.
    ///   - transactional: those that write in a transaction together with their jobs' success; they come first.
    ///   - webhooks: delivers kinds with an `http` driver; nil leaves those without a handler.
    ///   - endpoints: the receivers that users have registered; nil leaves kinds that call one without a handler.
    ///   - commands: how kinds with a `command` driver are run; nil leaves those without a handler.
    public init(
        swift: [JobKind: any JobHandler], transactional: [JobKind: any TransactionalJobHandler] = [:],
        webhooks: Webhooks? = nil, endpoints: Endpoints? = nil,
        commands: CommandSettings? = nil
    ) {
        self.swift = swift
        self.transactional = transactional
        self.webhooks = webhooks
        self.endpoints = endpoints
        self.commands = commands
    }

    public func handler(for description: KindDescription) -> (any JobHandler)? {
        switch description.driver {
        case .swift: swift[description.kind]
        case .http(let target): webhooks.map { WebhookHandler(target: target, webhooks: $0) }
        case .endpoint(let choice): endpointHandler(choice, description.policy)
        case .command(let target): commands.map { CommandHandler(target: target, settings: $0) }
        }
    }

    public func transactionalHandler(for description: KindDescription) -> (any TransactionalJobHandler)? {
        description.driver == .swift ? transactional[description.kind] : nil
    }

    private func endpointHandler(_ choice: WebhookEndpointChoice, _ policy: HandlerPolicy) -> EndpointHandler? {
        guard let webhooks, let endpoints else { return nil }
        return EndpointHandler(choice: choice, policy: policy, endpoints: endpoints, webhooks: webhooks)
    }

    /// Keeps what the drivers need until its task is cancelled, then closes it. The worker calls it.
    func run() async {
        await webhooks?.run()
    }
}

extension HandlerSet {
    /// The handlers of `HandlerCatalogue.builtIn`, but for those below.
    public static var builtIn: [JobKind: any JobHandler] {
        [JobKind(stored: "noop"): NoopHandler(), JobKind(stored: "sleep"): SleepHandler()]
    }

    /// The handlers of `HandlerCatalogue.builtIn` that write in a transaction.
    ///
    /// - Parameter importDirectory: where `users.import` may read files; nil to refuse them.
    public static func builtInTransactional(
        ids: any IDGenerator, importDirectory: String? = nil
    ) -> [JobKind: any TransactionalJobHandler] {
        [
            JobKind(stored: "users.import"): UsersImportHandler(
                ids: ids, files: importDirectory.map(ImportDirectory.init(path:)))
        ]
    }
}
