import Simulation
import Testing

struct SimulationTests {
    /// As many as a run of the tests has time for; `make simulate SEEDS=…` runs any number.
    private static let seeds: UInt64 = 2000

    @Test(.timeLimit(.minutes(10)))
    func `every promise is kept under every fault`() async {
        let report = await SeedRun((1...Self.seeds).map { Scenario(seed: $0) })()
        for failure in report.failures { Issue.record("\(Simulation.account(of: failure))") }
        #expect(report.runs == Int(Self.seeds))
        #expect(report.counts.missing == [], "what never happened was not tested")
        print("\(report.runs) seeds, \(report.steps) steps, \(report.perMinute) seeds a minute")
    }

    @Test(arguments: Regressions.scenarios)
    func `what was found once stays mended`(_ words: String) throws {
        let verdict = Simulation.run(try #require(Scenario(words: words.split(separator: " "))))
        if verdict.violation != nil { Issue.record("\(Simulation.account(of: verdict))") }
    }

    @Test func `the same seed is the same run, step by step`() {
        for seed: UInt64 in 1...10 {
            let (one, other) = (
                Simulation.run(Scenario(seed: seed), isTraced: true),
                Simulation.run(Scenario(seed: seed), isTraced: true)
            )
            #expect(one.trace == other.trace)
            #expect(one.counts == other.counts)
            #expect(Simulation.run(Scenario(seed: seed)).steps == one.steps)
        }
    }

    @Test func `a run in which nothing happens is no success`() {
        #expect(Simulation.run(Scenario(seed: 1, jobs: 0)).violation?.rule == .vacuous)
    }

    @Test func `a scenario is read as it is written`() {
        let scenario = Scenario(seed: 7, jobs: 3, without: [.crash, .freeze], isKeyed: false, plant: .noEpoch)
        #expect(Scenario(words: scenario.description.split(separator: " ")) == scenario)
        #expect(Scenario(words: ["SEED=x"]) == nil)
        #expect(Scenario(words: ["WITHOUT=thunder"]) == nil)
    }
}
