public import MillraceDomain

/// Everything a Millrace process is told at boot, checked.
///
/// One decode of the whole from one set of places: whoever reloads builds a new value, compares, and swaps.
public struct Settings: Sendable, Equatable {
    /// The public API (`http.*`).
    public var http: HTTPSettings
    /// Health and metrics (`admin.*`).
    public var admin: AdminSettings
    /// Postgres (`postgres.*`).
    public var postgres: PostgresConfiguration
    /// What the API remembers (`cache.*`).
    public var cache: CacheSettings
    /// Kafka (`kafka.*`).
    public var kafka: KafkaConfiguration
    /// The consumer's work (`worker.*`).
    public var worker: WorkerSettings
    /// Finished jobs (`archive.*`).
    public var archive: ArchiveSettings
    /// How long what is past is kept (`retention.*`).
    public var retention: RetentionSettings
    /// Logs (`log.*`).
    public var log: LogSettings
    /// Limits of one job (`jobs.*`).
    public var jobs: JobLimits
    /// How much each user may have (`quotas.*`).
    public var quotas: QuotaSettings
    /// The built-in user import (`users.import.*`).
    public var usersImport: UsersImportSettings
    /// Webhooks in general (`webhooks.*`).
    public var webhooks: WebhookSettings
    /// What runs each kind: the built-in ones, and those of `handlers` and `handlers.file`.
    public var handlers: HandlerCatalogue
    /// What was given for single keys, secrets and the catalogue of handlers left out, by key: what tells one
    /// configuration from another.
    public var given: [String: String]
    /// The token with which an admin user is made when there is none (`BOOTSTRAP_TOKEN`, at least 32 characters).
    public var bootstrapToken: Secret?

    init(reading values: inout SettingsReader, handlers decodeHandlers: HandlerDecoder) {
        http = HTTPSettings(reading: &values)
        admin = AdminSettings(reading: &values)
        postgres = PostgresConfiguration(reading: &values)
        cache = CacheSettings(reading: &values)
        kafka = KafkaConfiguration(reading: &values)
        worker = WorkerSettings(reading: &values)
        archive = ArchiveSettings(reading: &values)
        retention = RetentionSettings(reading: &values)
        log = LogSettings(reading: &values)
        jobs = JobLimits(reading: &values)
        quotas = QuotaSettings(reading: &values)
        usersImport = UsersImportSettings(reading: &values)
        webhooks = WebhookSettings(reading: &values)
        let words = "32 or more visible ASCII characters, ending with its checksum if it is a token made here"
        bootstrapToken = values.secret("bootstrap.token", expected: words) { text in
            guard text.count >= 32, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
            return TokenSecret(bearer: text)?.isMistyped != true
        }
        let sharedKeys = webhooks.secrets.compactMap { SigningKey.bytes(of: $0.reveal()) }
        handlers = decodeHandlers(reading: &values, sharedKeys: sharedKeys)
        given = values.given
    }
}
