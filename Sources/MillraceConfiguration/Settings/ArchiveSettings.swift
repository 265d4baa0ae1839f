public import MillraceDomain
import MillraceDynamoDB

/// Where finished jobs go after their hot time.
public struct ArchiveSettings: Sendable, Equatable {
    /// The stores there are.
    public enum Store: String, Sendable, Equatable, CaseIterable {
        /// Tables of the same Postgres.
        case postgres
        /// A DynamoDB table.
        case dynamodb
        /// Nowhere: finished jobs stay where they are.
        case none
    }

    /// Which store (`archive.store`).
    public var store: Store
    /// The DynamoDB table (`archive.table`).
    public var table: String
    /// The AWS region (`archive.region`, also `AWS_REGION`); nil for that of the AWS profile, else us-east-1.
    public var region: String?
    /// An endpoint other than AWS' own, for tests and compatible stores (`archive.endpoint`).
    public var endpoint: String?
    /// The connections kept to DynamoDB (`archive.pool.*`).
    public var pool: PoolConfiguration
    /// How long ended jobs stay where they ran (`archive.hotFor`, 1 h), and dead ones, which operators look at as
    /// dead letters (`archive.deadHotFor`, 7 d).
    public var hotTimes: HotTimes

    init(reading values: inout SettingsReader) {
        store = values.choice("archive.store", default: .postgres)
        table = values.string("archive.table", default: "millrace-jobs")
        region = values.optionalString("archive.region")
        endpoint = values.optionalString("archive.endpoint", expected: "an http:// or https:// URL without a path") {
            url in
            DynamoDBEndpoint(url) != nil
        }
        pool = PoolConfiguration(reading: &values, below: "archive", max: 8)
        let range: ClosedRange<Duration> = .milliseconds(100) ... .seconds(3650 * 86_400)
        let standard = HotTimes()
        hotTimes = HotTimes(
            dead: values.duration("archive.deadHotFor", default: standard.dead, in: range),
            others: values.duration("archive.hotFor", default: standard.others, in: range))
    }
}
