import MillraceConfiguration
import MillraceDynamoDB
import MillraceKafka
import MillracePostgres
import Testing

@Suite struct `What the adapters are told` {
    @Test func `is what was configured`() throws {
        let settings = try load(
            .consumer, [],
            [
                "KAFKA_BROKERS": "a:1,b:2", "KAFKA_PARTITIONS": "3", "KAFKA_PROPERTIES_SASL_PASSWORD": "hunter2",
                "POSTGRES_POOL_MAX": "5", "POSTGRES_STATEMENT_TIMEOUT_MS": "700",
                "ARCHIVE_ENDPOINT": "http://127.0.0.1:8000", "AWS_REGION": "eu-central-1",
            ])
        #expect(
            settings.kafka.adapterSettings
                == KafkaSettings(brokers: "a:1,b:2", partitions: 3, properties: ["sasl.password": "hunter2"]))
        #expect(
            settings.postgres.adapterSettings
                == PostgresSettings(
                    url: "postgres://localhost/millrace", pool: PoolSettings(min: 1, max: 5),
                    statementTimeout: .milliseconds(700)))
        #expect(settings.archive.clientSettings(environment: [:]).region == "eu-central-1")
        #expect(settings.archive.clientSettings(environment: [:]).endpoint == DynamoDBEndpoint("http://127.0.0.1:8000"))
        #expect(settings.archive.tableSettings.table == "millrace-jobs")
    }
}
