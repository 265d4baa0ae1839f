public import Logging
public import MillraceDomain

/// Everything a worker works with.
public struct WorkerDependencies: Sendable {
    /// Where records come from; nil for a worker that only sweeps.
    public var source: (any RecordSource)?
    /// Where records become rows.
    public var ingest: any IngestRepository
    /// Understands records.
    public var decoder: any RecordDecoder
    /// To whom jobs belong whose record names nobody.
    public var ingestOwner: UserID
    /// Sends copies of dead letters to where other systems read them.
    public var deadLetters: any DeadLetterCopier
    /// Where live jobs are.
    public var leases: any JobLeases
    /// Which kinds of job there are.
    public var catalogue: HandlerCatalogue
    /// The code that runs them.
    public var handlers: HandlerSet
    /// What transactional handlers write in; nil for a worker without any.
    public var transactions: (any JobTransactions)?
    /// Counts the handlers that were given up on and have not returned.
    public var quarantine: QuarantineCount
    /// Where log lines go.
    public var logger: Logger

    /// Gathers them.
    public init(
        source: (any RecordSource)?, ingest: any IngestRepository, decoder: any RecordDecoder, ingestOwner: UserID,
        deadLetters: any DeadLetterCopier, leases: any JobLeases, catalogue: HandlerCatalogue, handlers: HandlerSet,
        transactions: (any JobTransactions)? = nil, quarantine: QuarantineCount = QuarantineCount(limit: 16),
        logger: Logger
    ) {
        self.source = source
        self.ingest = ingest
        self.decoder = decoder
        self.ingestOwner = ingestOwner
        self.deadLetters = deadLetters
        self.leases = leases
        self.catalogue = catalogue
        self.handlers = handlers
        self.transactions = transactions
        self.quarantine = quarantine
        self.logger = logger
    }
}
