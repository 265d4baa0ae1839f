import Simulation
import Testing

/// The simulation finds bugs: each of these is put in front of the store and must be seen for what it is.
struct PlantTests {
    @Test(arguments: [
        (Plant.noFencing, [Violation.Rule.overlapped]),
        (.finishWithoutToken, [.unlawful]),
        (.dispatchOverRow, [.unleased]),
        (.orderByArrival, [.reordered, .overlapped]),
        (.ackBeforeCommit, [.lost]),
        (.noEpoch, [.regressed]),
    ])
    func `a planted bug is found`(_ plant: Plant, _ rules: [Violation.Rule]) async throws {
        let scenarios = (1...300).map { Scenario(seed: $0, plant: plant) }
        let report = await SeedRun(scenarios, failureLimit: 1)()
        let failure = try #require(report.failures.first, "not found within \(report.runs) seeds")
        #expect(rules.contains(try #require(failure.violation).rule), "\(String(describing: failure.violation))")
    }

    @Test func `a failure is told with its way to it, shortened`() async throws {
        let scenarios = (1...300).map { Scenario(seed: $0, plant: .dispatchOverRow) }
        let report = await SeedRun(scenarios, failureLimit: 1)()
        let failure = try #require(report.failures.first)
        let least = Simulation.shrink(failure)
        #expect(least.jobs <= failure.scenario.jobs)
        #expect(least.without.count > 10)
        let account = Simulation.account(of: failure)
        #expect(account.contains("make simulate \(least)"))
        #expect(account.contains("VIOLATED"))
    }
}
