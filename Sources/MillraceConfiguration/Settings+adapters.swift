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
    /// What the DynamoDB client takes.
    public var clientSettings: DynamoDBSettings {
        DynamoDBSettings(region: region, endpoint: endpoint.flatMap { DynamoDBEndpoint($0) })
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
