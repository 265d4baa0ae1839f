import MillraceDomain

extension API {
    /// Builds the edge over its ports. Nothing is opened or started yet.
    static func build(_ dependencies: APIDependencies, _ settings: APISettings) -> API {
        let watcher = JobWatcher(
            jobs: dependencies.jobs, interval: settings.limits.watchInterval, maxWaiters: settings.limits.maxWaiters,
            logger: dependencies.logger)
        let deadlines = AnswerDeadlines()
        let responder = Responder(
            routes: routes(dependencies, watcher, settings).table,
            gate: TokenGate(dependencies, settings.rates), proxies: settings.rates.proxies,
            admission: Admission(limit: settings.limits.maxInFlight), deadlines: deadlines,
            ids: dependencies.ids, limits: settings.limits, metrics: RequestMetrics(factory: dependencies.metrics),
            health: dependencies.health, crossOrigin: CrossOrigin(origins: settings.origins),
            logger: dependencies.logger)
        return API(
            settings: settings, responder: responder, watcher: watcher, deadlines: deadlines,
            health: dependencies.health,
            refusals: Refusals(ids: dependencies.ids, logger: dependencies.logger),
            identity: dependencies.identity, logger: dependencies.logger)
    }

    private static func routes(
        _ ports: APIDependencies, _ watcher: JobWatcher, _ settings: APISettings
    ) -> Routes {
        Routes(
            health: HealthRoutes(health: ports.health),
            contract: ContractRoutes(),
            problems: ProblemPages(),
            users: UserRoutes(
                createUser: CreateUser(users: ports.users, ids: ports.ids), listUsers: ListUsers(users: ports.users),
                findUser: FindUser(users: ports.users), updateUser: UpdateUser(users: ports.users),
                deleteUser: DeleteUser(users: ports.users),
                eraseUser: EraseUser(erasures: ports.erasures, ids: ports.ids),
                repetitions: Repetitions(records: ports.idempotency)),
            operations: OperationRoutes(findErasure: FindErasure(erasures: ports.erasures)),
            tokens: TokenRoutes(
                createToken: CreateToken(tokens: ports.tokens, ids: ports.ids),
                listTokens: ListTokens(users: ports.users, tokens: ports.tokens),
                revokeToken: RevokeToken(tokens: ports.tokens)),
            quotas: QuotaRoutes(
                findQuota: FindQuota(quotas: ports.quotas), setQuota: SetQuota(quotas: ports.quotas),
                defaults: settings.limits.quota),
            jobs: jobRoutes(ports, watcher),
            queues: QueueRoutes(
                listQueues: ListQueues(queues: ports.queues), findQueue: FindQueue(queues: ports.queues),
                pauseQueue: PauseQueue(queues: ports.queues)),
            deadLetters: deadLetterRoutes(ports, settings),
            audit: AuditRoutes(listAudit: ListAudit(audit: ports.audit)),
            webhookEndpoints: endpointRoutes(ports, settings),
            webhookSecrets: WebhookSecretRoutes(
                listSecrets: ListWebhookSecrets(endpoints: ports.webhookEndpoints),
                rotate: RotateWebhookSecret(endpoints: ports.webhookEndpoints, ids: ports.ids),
                remove: RemoveWebhookSecret(endpoints: ports.webhookEndpoints)))
    }

    private static func endpointRoutes(_ ports: APIDependencies, _ settings: APISettings) -> WebhookEndpointRoutes {
        let endpoints = ports.webhookEndpoints
        return WebhookEndpointRoutes(
            register: RegisterWebhookEndpoint(endpoints: endpoints, ids: ports.ids),
            listEndpoints: ListWebhookEndpoints(endpoints: endpoints),
            findEndpoint: FindWebhookEndpoint(endpoints: endpoints),
            update: UpdateWebhookEndpoint(endpoints: endpoints), remove: RemoveWebhookEndpoint(endpoints: endpoints),
            allowsPlain: settings.limits.allowsPlainWebhooks)
    }

    private static func deadLetterRoutes(_ ports: APIDependencies, _ settings: APISettings) -> DeadLetterRoutes {
        let ensureUser = EnsureUser(users: ports.users, ids: ports.ids)
        let profile = ports.ingestOwner
        return DeadLetterRoutes(
            listDeadLetters: ListDeadLetters(deadLetters: ports.deadLetters),
            findDeadLetter: FindDeadLetter(
                deadLetters: ports.deadLetters, jobs: ports.jobs, archive: ports.archive),
            // A batch that begins in time has twice as long to end before the answer is due.
            replayDeadLetters: ReplayDeadLetters(
                deadLetters: ports.deadLetters, jobs: ports.jobs, archive: ports.archive,
                dispatcher: ports.dispatcher, decoder: ports.decoder, catalogue: ports.catalogue,
                ingestOwner: { () async throws(DomainError) in try await ensureUser(profile).id },
                budget: settings.limits.answer / 3))
    }

    private static func jobRoutes(_ ports: APIDependencies, _ watcher: JobWatcher) -> JobRoutes {
        let submitJobs = SubmitJobs(
            jobs: ports.jobs, archive: ports.archive, dispatcher: ports.dispatcher, catalogue: ports.catalogue,
            ids: ports.ids)
        return JobRoutes(
            submitJob: SubmitJob(submitJobs: submitJobs), submitJobs: submitJobs,
            findJob: FindJob(jobs: ports.jobs, archive: ports.archive),
            listJobs: ListJobs(jobs: ports.jobs, archive: ports.archive),
            listAttempts: ListAttempts(jobs: ports.jobs, archive: ports.archive),
            cancelJob: CancelJob(jobs: ports.jobs, archive: ports.archive, dispatcher: ports.dispatcher),
            retryJob: RetryJob(
                jobs: ports.jobs, archive: ports.archive, dispatcher: ports.dispatcher, catalogue: ports.catalogue),
            releaseKey: ReleaseKey(jobs: ports.jobs, archive: ports.archive, dispatcher: ports.dispatcher),
            listKinds: ListKinds(catalogue: ports.catalogue), watcher: watcher,
            repetitions: Repetitions(records: ports.idempotency))
    }
}
