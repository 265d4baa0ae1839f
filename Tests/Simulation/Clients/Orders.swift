import MillraceDomain

/// What is asked for in a run: each submission has a number, its tag, which its payload carries.
final class Orders {
    /// One of them.
    struct Order {
        let tag: Int
        let id: JobID
        let submission: JobSubmission
        let key: String?
        /// When its submitter gets to it.
        let at: Duration
        let way: Way
    }

    /// How it is submitted.
    enum Way: CaseIterable {
        case request, requestWithID, bulk, atomicBulk, record, recordWithID, event
    }

    let orders: [Order]
    private var extraCopies: [Int: Int] = [:]

    init(_ scenario: Scenario) {
        orders = (0..<scenario.jobs).map { tag in
            var chance = Chance(seed: scenario.seed, stream: 10_000 + UInt64(tag))
            return Self.order(tag, scenario, &chance)
        }
    }

    private static func order(_ tag: Int, _ scenario: Scenario, _ chance: inout Chance) -> Order {
        let at = chance.milliseconds(0...Int(Nemesis.span.milliseconds) - 5000)
        let way = chance.pick(Way.allCases + [.requestWithID, .event])
        let id = JobID(UniqueID(high: 0x7000, low: 0x8000_0001_0000_0000 | UInt64(tag)))
        let keyed = chance.fraction()
        let key = scenario.isKeyed && keyed < 0.7 ? chance.pick(["a", "b"]) : nil
        let later = chance.hits(0.15) ? World.start + at + chance.milliseconds(500...8000) : nil
        let queue = chance.pick([Workshop.queues[0], Workshop.queues[0], Workshop.queues[1]])
        let until = chance.hits(0.1) ? (later ?? World.start + at) + chance.milliseconds(200...9000) : nil
        let submission = JobSubmission(
            id: [.requestWithID, .bulk, .atomicBulk, .recordWithID].contains(way) ? id : nil,
            kind: key == "b" ? Workshop.strictKind : Workshop.kind, payload: JSONText(stored: #"{"t":\#(tag)}"#),
            queue: queue,
            orderingKey: key, runAt: later?.toMilliseconds,
            expiresAt: until?.toMilliseconds, priority: chance.number(0...9),
            maxAttempts: chance.hits(0.3) ? chance.number(1...5) : nil)
        return Order(tag: tag, id: id, submission: submission, key: key, at: at, way: way)
    }

    /// The ordering key that a submission was meant to have.
    func key(of tag: Int) -> String? { orders.indices.contains(tag) ? orders[tag].key : nil }

    /// How many jobs a submission may become: one, unless it was written twice without anything to know it by.
    func copies(of tag: Int) -> Int { 1 + extraCopies[tag, default: 0] }

    /// Another record of this submission lies in a log.
    func noteCopy(of tag: Int) {
        guard orders.indices.contains(tag), orders[tag].way == .record else { return }
        extraCopies[tag, default: 0] += 1
    }
}

extension Timestamp {
    /// What is left of it in a record's text.
    fileprivate var toMilliseconds: Timestamp { Timestamp(microseconds: microseconds / 1000 * 1000) }
}
