/// Where archived jobs live and for how long.
public struct DynamoDBArchiveSettings: Sendable, Equatable {
    /// The table's name.
    public var table: String
    /// How long a job is kept after its end; nil for ever.
    public var retention: Duration?

    /// Takes the settings.
    public init(table: String = "millrace-jobs", retention: Duration? = .seconds(365 * 86_400)) {
        self.table = table
        self.retention = retention
    }
}
