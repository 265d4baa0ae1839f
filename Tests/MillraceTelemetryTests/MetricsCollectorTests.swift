import MillraceTelemetry
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A metrics collector` {
    private final class Source: Sendable {
        let collected = Atomic(0)
    }

    @Test func `is asked once for readers at the same time, and not again while fresh`() async {
        let source = Source()
        let collector = MetricsCollector(freshFor: .seconds(600), timeLimit: .seconds(30)) {
            source.collected.add(1, ordering: .relaxed)
        }
        await withTaskGroup { group in
            for _ in 0..<20 { group.addTask { await collector.refresh() } }
        }
        await collector.refresh()
        #expect(source.collected.load(ordering: .relaxed) == 1)
    }

    @Test func `is asked again when its values are old`() async {
        let source = Source()
        let collector = MetricsCollector(freshFor: .zero) { source.collected.add(1, ordering: .relaxed) }
        for _ in 0..<3 { await collector.refresh() }
        #expect(source.collected.load(ordering: .relaxed) == 3)
    }

    @Test func `costs a reader the time limit at most, and holds one task, when its source hangs`() async {
        let source = Source()
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let collector = MetricsCollector(freshFor: .zero, timeLimit: .milliseconds(20)) {
            source.collected.add(1, ordering: .relaxed)
            await gate.first { _ in true }
        }
        for _ in 0..<3 { await collector.refresh() }
        #expect(source.collected.load(ordering: .relaxed) == 1)
        open.yield()
    }
}
