/// How much a consumer runs at once, and for how long it holds what it runs.
public struct WorkerSettings: Sendable, Equatable {
    /// Jobs running at once in this process (`worker.concurrency`).
    public var concurrency: Int
    /// Transactional handlers that have a transaction open at once (`worker.transactions`); each takes a connection.
    public var transactions: Int
    /// Rows waiting at which Kafka partitions are paused (`worker.highWater`).
    public var highWater: Int
    /// How long a lease lasts unless renewed (`worker.leaseMs`, 10 s).
    public var lease: Duration
    /// How often leases are renewed; less than half a lease (`worker.renewMs`, 3 s).
    public var renew: Duration
    /// How often due jobs are looked for (`worker.sweepMs`, 1 s).
    public var sweep: Duration
    /// How long running jobs may go on after a stop was asked for (`worker.drainMs`, 25 s).
    public var drain: Duration

    init(reading values: inout SettingsReader) {
        concurrency = values.int("worker.concurrency", default: 64, in: 1...10_000)
        transactions = values.int("worker.transactions", default: 8, in: 1...1000)
        highWater = values.int("worker.highWater", default: 10_000, in: 1...10_000_000)
        lease = values.milliseconds("worker.leaseMs", default: 10_000, in: 500...3_600_000)
        renew = values.milliseconds("worker.renewMs", default: 3000, in: 100...3_600_000)
        sweep = values.milliseconds("worker.sweepMs", default: 1000, in: 50...60_000)
        drain = values.milliseconds("worker.drainMs", default: 25_000, in: 0...3_600_000)
        if renew * 2 >= lease {
            let place = values.place(of: "worker.renewMs") ?? values.place(of: "worker.leaseMs")
            values.report("worker.renewMs", source: place, "must be less than half of worker.leaseMs")
        }
    }
}
