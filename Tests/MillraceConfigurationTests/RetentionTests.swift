import MillraceConfiguration
import MillraceDomain
import Testing

@Suite struct `What is past` {
    private static let day = Duration.seconds(86_400)

    @Test func `is kept as long as documented unless configured`() throws {
        let settings = try load(.consumer, [], [:])
        #expect(settings.archive.hotTimes == HotTimes(dead: Self.day * 7, others: .seconds(3600)))
        #expect(settings.retention.jobs == RetentionPolicy())
        #expect(settings.retention.identities == Self.day * 7)
        #expect(settings.retention.deadRecords == Self.day * 90)
    }

    @Test func `is kept as configured, by state and by queue`() throws {
        let settings = try load(
            .consumer, ["--archive.hotFor=90s", "--archive.dead-hot-for=2d"],
            [
                "RETENTION_SUCCEEDED": "30d", "RETENTION_DEAD": "forever", "RETENTION_IDENTITIES": "36h",
                "RETENTION_DEAD_RECORDS": "forever", "RETENTION_QUEUES": "audit=forever, mail.dead=500ms",
            ])
        #expect(settings.archive.hotTimes == HotTimes(dead: Self.day * 2, others: .seconds(90)))
        let policy = settings.retention.jobs
        #expect(policy.succeeded == Self.day * 30 && policy.dead == nil)
        #expect(
            policy.exceptions == [
                .init(queue: QueueName(stored: "audit"), keepFor: nil),
                .init(queue: QueueName(stored: "mail"), state: .dead, keepFor: .milliseconds(500)),
            ])
        #expect(settings.retention.identities == .seconds(36 * 3600))
        #expect(settings.retention.deadRecords == nil)
    }

    @Test(arguments: [
        ["ARCHIVE_HOT_FOR": "1"], ["ARCHIVE_HOT_FOR": "1 h"], ["ARCHIVE_HOT_FOR": "-1h"], ["ARCHIVE_HOT_FOR": "1w"],
        ["ARCHIVE_HOT_FOR": "50ms"], ["ARCHIVE_HOT_FOR": "forever"], ["ARCHIVE_HOT_FOR": "9223372036854775807d"],
        ["RETENTION_IDENTITIES": "1h"], ["RETENTION_SUCCEEDED": "never"], ["RETENTION_QUEUES": "audit"],
        ["RETENTION_QUEUES": "audit=1"], ["RETENTION_QUEUES": "audit.running=1d"], ["RETENTION_QUEUES": "A=1d"],
        ["RETENTION_QUEUES": "a.b.c=1d"], ["ARCHIVE_POOL_MAX": "0"],
    ])
    func `is not kept by a text that is no length of time`(environment: [String: String]) throws {
        let found = problems(.consumer, [], environment)
        #expect(found.count == 1)
        #expect(found.first?.contains(try #require(environment.keys.first)) == true)
    }

    @Test func `region and endpoint are found where AWS tools look for them`() throws {
        let settings = try load(
            .consumer, [],
            [
                "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": "http://a:1",
                "AWS_ENDPOINT_URL": "http://b:1",
            ])
        #expect(settings.archive.region == "eu-west-1")
        #expect(settings.archive.endpoint == "http://a:1")
        let both = try load(.consumer, [], ["AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-1"])
        #expect(both.archive.region == "eu-west-2")
    }
}
