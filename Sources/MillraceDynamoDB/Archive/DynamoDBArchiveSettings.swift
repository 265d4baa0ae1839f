/// Where archived jobs live.
public struct DynamoDBArchiveSettings: Sendable, Equatable {
    /// The table's name.
    public var table: String
    /// How far an index may lag behind the table; AWS promises "a fraction of a second, under normal conditions".
    public var listingDelay: Duration

    /// Takes the settings.
    public init(table: String = "millrace-jobs", listingDelay: Duration = .seconds(5)) {
        self.table = table
        self.listingDelay = listingDelay
    }
}
