/// What a run, or many of them, did.
public struct Counts: Sendable, Equatable, CustomStringConvertible {
    /// What is counted besides faults.
    public enum Event: Int, CaseIterable, Sendable {
        case accepted, existing, ingested, runs, succeeded, failed, snoozed, stopped, released, staleFinishes,
            lostLeases
        case dead, cancelled, expired, crashLoops, retried, restored, archived, removed, staleEpochs, duplicates
        case deadRecords, hintedClaims, sweptClaims, parked, newIncarnations, trims, unknownOutcomes
        case told, noted, blocked, freed, held, keysReleased
    }

    private var faults = [Int](repeating: 0, count: FaultKind.allCases.count)
    private var events = [Int](repeating: 0, count: Event.allCases.count)

    /// How often a fault was made.
    public subscript(fault: FaultKind) -> Int {
        get { faults[fault.rawValue] }
        set { faults[fault.rawValue] = newValue }
    }

    /// How often something happened.
    public subscript(event: Event) -> Int {
        get { events[event.rawValue] }
        set { events[event.rawValue] = newValue }
    }

    /// Adds what another run did.
    public static func += (left: inout Counts, right: Counts) {
        for index in left.faults.indices { left.faults[index] += right.faults[index] }
        for index in left.events.indices { left.events[index] += right.events[index] }
    }

    /// All of it in two lines.
    public var description: String {
        let faults = FaultKind.allCases.map { "\($0.name) \(self[$0])" }
        let events = Event.allCases.map { "\($0) \(self[$0])" }
        return "faults: \(faults.joined(separator: ", "))\nevents: \(events.joined(separator: ", "))"
    }

    /// What never happened.
    public var missing: [String] {
        FaultKind.allCases.filter { self[$0] == 0 }.map(\.name)
            + Event.allCases.filter { self[$0] == 0 }.map { "\($0)" }
    }
}
