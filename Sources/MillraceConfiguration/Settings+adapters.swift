public import MillraceDynamoDB
public import MillraceKafka
public import MillracePostgres
public import MillraceTelemetry

// The one place that knows both what people configure and what each adapter takes. Here secrets leave their wrapping.
extension PostgresConfiguration {
    /// What the Postgres adapter takes.
    public var adapterSettings: PostgresSettings {
        PostgresSettings(
            url: url.reveal(),
            pool: PoolSettings(
                min: pool.min, max: pool.max, acquireTimeout: pool.acquireTimeout, idleTimeout: pool.idleTimeout,
                maxLifetime: pool.maxLifetime),
            statementTimeout: statementTimeout)
    }

    /// The same for housekeeping: few connections, none of them kept while there is nothing to do.
    public var housekeepingSettings: PostgresSettings {
        var settings = adapterSettings
        // Some of it looks at whole tables.
        settings.statementTimeout = max(statementTimeout, .seconds(60))
        settings.pool = PoolSettings(
            min: 0, max: 3, acquireTimeout: pool.acquireTimeout, idleTimeout: .seconds(60),
            maxLifetime: pool.maxLifetime)
        return settings
    }
}

extension Settings {
    /// The same for the renewal of leases: one connection, and no more patience than the leases have.
    public var leasePostgresSettings: PostgresSettings {
        var settings = postgres.adapterSettings
        // A renewal that is lost with its connection is sent again in time.
        let patience = max(worker.lease / 4, .milliseconds(250))
        settings.statementTimeout = min(settings.statementTimeout, patience)
        settings.connectTimeout = min(settings.connectTimeout, patience)
        settings.pool = PoolSettings(
            min: 1, max: 1, acquireTimeout: patience, idleTimeout: postgres.pool.idleTimeout,
            maxLifetime: postgres.pool.maxLifetime)
        return settings
    }

    /// The same for the transactions of handlers: a connection for each, none while there is none.
    public var transactionPostgresSettings: PostgresSettings {
        var settings = postgres.adapterSettings
        // A handler works between its statements; one that was frozen gives its locks back after a while.
        settings.idleTransactionTimeout = max(worker.lease * 3, .seconds(10))
        settings.pool = PoolSettings(
            // One more: a pool keeps a connection back from transactions. Whoever waits is bound by its time limit.
            min: 0, max: worker.transactions + 1, acquireTimeout: .seconds(86_400), idleTimeout: .seconds(60),
            maxLifetime: postgres.pool.maxLifetime)
        return settings
    }
}

extension KafkaConfiguration {
    /// What the Kafka adapter takes.
    public var adapterSettings: KafkaSettings {
        KafkaSettings(
            brokers: brokers.joined(separator: ","), group: group, topicPrefix: topicPrefix, partitions: partitions,
            properties: properties.mapValues { $0.reveal() }, trustOwnerHeader: trustOwnerHeader,
            orderByRecordKey: orderByRecordKey)
    }
}

extension ArchiveSettings {
    /// What the DynamoDB client takes. May read the AWS profile's file, on the calling thread: for boot.
    ///
    /// - Parameter callTimeout: for one call with all its repetitions.
    public func clientSettings(
        environment: [String: String], callTimeout: Duration = .seconds(10)
    ) -> DynamoDBSettings {
        DynamoDBSettings(
            region: region ?? AWSEnvironment(environment).region ?? "us-east-1",
            endpoint: endpoint.flatMap { DynamoDBEndpoint($0) },
            pool: DynamoDBPoolSettings(
                min: pool.min, max: pool.max, acquireTimeout: pool.acquireTimeout, idleTimeout: pool.idleTimeout,
                maxLifetime: pool.maxLifetime),
            callTimeout: callTimeout)
    }

    /// What the DynamoDB archive takes.
    public var tableSettings: DynamoDBArchiveSettings {
        DynamoDBArchiveSettings(table: table)
    }
}

extension AdminSettings {
    /// What the admin server takes.
    public var serverSettings: AdminServerSettings {
        AdminServerSettings(host: host, port: port)
    }
}
