/// Everything a Millrace process is told at boot, checked.
///
/// One decode of the whole from one set of places: whoever reloads builds a new value, compares, and swaps.
public struct Settings: Sendable, Equatable {
    /// The public API (`http.*`).
    public var http: HTTPSettings
    /// Health and metrics (`admin.*`).
    public var admin: AdminSettings
    /// Postgres (`postgres.*`).
    public var postgres: PostgresSettings
    /// Kafka (`kafka.*`).
    public var kafka: KafkaSettings
    /// The consumer's work (`worker.*`).
    public var worker: WorkerSettings
    /// Finished jobs (`archive.*`).
    public var archive: ArchiveSettings
    /// Logs (`log.*`).
    public var log: LogSettings
    /// Limits of one job (`jobs.*`).
    public var jobs: JobLimits
    /// The built-in user import (`users.import.*`).
    public var usersImport: UsersImportSettings
    /// Webhooks in general (`webhooks.*`).
    public var webhooks: WebhookSettings
    /// The handler of each kind, sorted by kind (`handlers`, `handlers.file`).
    public var handlers: [HandlerSettings]
    /// The token with which an admin user is made when there is none (`BOOTSTRAP_TOKEN`, at least 32 characters).
    public var bootstrapToken: Secret?

    init(reading values: inout SettingsReader, handlers decodeHandlers: HandlerDecoder) {
        http = HTTPSettings(reading: &values)
        admin = AdminSettings(reading: &values)
        postgres = PostgresSettings(reading: &values)
        kafka = KafkaSettings(reading: &values)
        worker = WorkerSettings(reading: &values)
        archive = ArchiveSettings(reading: &values)
        log = LogSettings(reading: &values)
        jobs = JobLimits(reading: &values)
        usersImport = UsersImportSettings(reading: &values)
        webhooks = WebhookSettings(reading: &values)
        bootstrapToken = values.secret("bootstrap.token", expected: "32 or more visible ASCII characters") { token in
            token.count >= 32 && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        }
        handlers = decodeHandlers(reading: &values)
    }
}
