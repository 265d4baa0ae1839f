import Logging
import MillraceTelemetry
import Synchronization
import Testing

@Suite struct `Health checks` {
    private struct Broken: Error {}
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `all well is ok`() async {
        let report = await HealthChecks([HealthCheck("postgres", .critical) {}], logger: Self.quiet).report()
        #expect(report.json == #"{"status":"ok","checks":{"postgres":"ok"}}"#)
        #expect(report.httpStatus == 200)
    }

    @Test func `a failing optional check degrades and a failing critical one makes unavailable`() async {
        let degraded = await HealthChecks(
            [HealthCheck("postgres", .critical) {}, HealthCheck("kafka", .optional) { throw Broken() }],
            logger: Self.quiet
        ).report()
        #expect(degraded.json == #"{"status":"degraded","checks":{"kafka":"failed","postgres":"ok"}}"#)
        #expect(degraded.httpStatus == 200)
        let unavailable = await HealthChecks(
            [HealthCheck("postgres", .critical) { throw Broken() }, HealthCheck("kafka", .optional) {}],
            logger: Self.quiet
        ).report()
        #expect(unavailable.json == #"{"status":"unavailable","checks":{"kafka":"ok","postgres":"failed"}}"#)
        #expect(unavailable.httpStatus == 503)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a probe that ignores cancellation is given up and not started twice`() async {
        let starts = Atomic(0)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let checks = HealthChecks(
            [
                HealthCheck("slow", .critical, timeLimit: .milliseconds(20)) {
                    starts.wrappingAdd(1, ordering: .relaxed)
                    await Task { for await _ in gate { return } }.value
                }
            ], freshFor: .zero, logger: Self.quiet)
        #expect(await checks.report().checks == ["slow": .timedOut])
        #expect(await checks.report().checks == ["slow": .timedOut])
        #expect(starts.load(ordering: .relaxed) == 1)
        open.yield()
        open.finish()
    }

    @Test func `many callers share one round`() async {
        let starts = Atomic(0)
        let checks = HealthChecks(
            [HealthCheck("a", .critical) { starts.wrappingAdd(1, ordering: .relaxed) }],
            freshFor: .seconds(3600), logger: Self.quiet)
        await withTaskGroup { group in
            for _ in 0..<50 { group.addTask { _ = await checks.report() } }
        }
        #expect(starts.load(ordering: .relaxed) == 1)
    }

    @Test func `a report is repeated for half a second and then renewed`() async {
        let starts = Atomic(0)
        let elapsed = Mutex(Duration.zero)
        let start = ContinuousClock.now
        let checks = HealthChecks(
            [HealthCheck("a", .critical) { starts.wrappingAdd(1, ordering: .relaxed) }], logger: Self.quiet,
            now: { start + elapsed.withLock { $0 } })
        for milliseconds in [0, 250, 499, 500, 750] {
            elapsed.withLock { $0 = .milliseconds(milliseconds) }
            _ = await checks.report()
        }
        #expect(starts.load(ordering: .relaxed) == 2)
    }

    @Test func `draining is not ready at once even while the last report is fresh`() async {
        let checks = HealthChecks([HealthCheck("a", .critical) {}], logger: Self.quiet)
        _ = await checks.report()
        checks.beginDraining()
        let report = await checks.report()
        #expect(report.json == #"{"status":"draining","checks":{"a":"ok"}}"#)
        #expect(report.httpStatus == 503)
    }

    @Test func `a change is logged once`() async {
        let log = LineCollector()
        let healthy = Atomic(true)
        let checks = HealthChecks(
            [
                HealthCheck("a", .optional) {
                    guard healthy.load(ordering: .relaxed) else { throw Broken() }
                }
            ], freshFor: .zero, logger: log.logger(.json))
        for state in [true, true, false, false, true] {
            healthy.store(state, ordering: .relaxed)
            _ = await checks.report()
        }
        #expect(log.lines.map { $0.contains("degraded") } == [true, false])
    }
}
