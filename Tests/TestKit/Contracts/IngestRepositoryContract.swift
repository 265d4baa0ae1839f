import MillraceDomain
import Testing

/// What holds of every `IngestRepository`.
public enum IngestRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = opening + moving + noting + accepting + repeating + burying

    static let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)

    /// Takes `source` over.
    static func open(_ store: StoreUnderTest, cluster: String? = nil) async throws -> PartitionPosition {
        let positions = try await store.ingest.open([source], cluster: cluster)
        return try #require(positions.first)
    }

    /// A submission as it came in a record at `offset`.
    static func entry(_ offset: Int64, _ job: NewJob, identity: UniqueID) -> IngestBatch.Entry {
        IngestBatch.Entry(record: .sample(source, offset: offset), identity: identity, job: job)
    }

    /// Writes entries, the next offset following the last of them.
    static func ingest(
        _ store: StoreUnderTest, at position: PartitionPosition, _ entries: [IngestBatch.Entry]
    ) async throws -> IngestReceipt {
        let next = (entries.map(\.record.offset).max() ?? 0) + 1
        let batch = IngestBatch(position: position, nextOffset: next, entries: entries, dead: [])
        guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
            throw UnexpectedOutcome("a stale epoch")
        }
        return receipt
    }

    private static let opening: [Clause<StoreUnderTest>] = [
        Clause("partitions never seen begin at the beginning of their first life, in the order given") { store in
            let sources = (0..<5).map { TopicPartition(topic: "t\($0 % 2)", partition: Int32(4 - $0)) }
            let positions = try await store.ingest.open(sources)
            #expect(positions.map(\.source) == sources)
            #expect(positions.map(\.nextOffset) == [nil, nil, nil, nil, nil])
            #expect(positions.map(\.incarnation) == [0, 0, 0, 0, 0])
            #expect(try await store.ingest.open([]).isEmpty)
        },
        Clause("a partition taken over goes on where it stood, in a later epoch") { store in
            let first = try await open(store)
            _ = try await ingest(
                store, at: first,
                [
                    entry(41, store.newJob(try await store.makeUser().id), identity: store.ids.next())
                ])
            let second = try await open(store)
            #expect(second.nextOffset == 42)
            #expect(second.epoch > first.epoch)
        },
        Clause("a partition of another cluster begins anew, whatever its offsets, and one of the same goes on") {
            store in
            let first = try await open(store, cluster: "one")
            let owner = try await store.makeUser().id
            _ = try await ingest(
                store, at: first, [entry(41, store.newJob(owner), identity: store.ids.next())])
            let same = try await open(store, cluster: "one")
            #expect(same.nextOffset == 42 && same.incarnation == 0)
            let unknown = try await open(store)
            #expect(unknown.nextOffset == 42 && unknown.incarnation == 0)
            let other = try await open(store, cluster: "two")
            #expect(other.nextOffset == nil && other.incarnation == 1)
            let again = try await open(store, cluster: "two")
            #expect(again.nextOffset == nil && again.incarnation == 1)
        },
        Clause("whoever comes late with the id of a replaced cluster is refused, a return after a while is not") {
            store in
            _ = try await open(store, cluster: "one")
            _ = try await open(store, cluster: "two")
            let third = try await open(store, cluster: "three")
            for former in ["one", "two"] {
                #expect(try await store.ingest.open([source], cluster: former).isEmpty)
            }
            let unchanged = try await open(store)
            #expect(unchanged.epoch == third.epoch + 1 && unchanged.incarnation == third.incarnation)
            store.clock.advance(by: ClusterHistory.refusesReturnFor + .seconds(1))
            let back = try await open(store, cluster: "one")
            #expect(back.nextOffset == nil && back.incarnation == third.incarnation + 1)
            #expect(try await store.ingest.open([source], cluster: "three").isEmpty)
            #expect(try await open(store, cluster: "one").incarnation == back.incarnation)
        },
        Clause("of many who take a partition over at once, one may write") { store in
            let positions = try await withThrowingTaskGroup(of: PartitionPosition.self) { group in
                for _ in 0..<8 { group.addTask { try await open(store) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(positions.map(\.epoch)).count == 8)
            let last = positions.map(\.epoch).max()
            for position in positions {
                let batch = IngestBatch(position: position, nextOffset: 1, entries: [], dead: [])
                let result = try await store.ingest.ingest(batch)
                if case .committed = result { #expect(position.epoch == last) }
                if case .staleEpoch = result { #expect(position.epoch != last) }
            }
        },
        Clause("an ingest of an earlier epoch writes nothing at all") { store in
            let owner = try await store.makeUser().id
            let stale = try await open(store)
            let current = try await open(store)
            let job = store.newJob(owner)
            let identity = store.ids.next()
            let entries = [entry(7, job, identity: identity)]
            let dead = [
                IngestBatch.DeadEntry(
                    record: .sample(source, offset: 8), reason: DeadReason(.empty, "It is empty."))
            ]
            let batch = IngestBatch(position: stale, nextOffset: 9, entries: entries, dead: dead)
            guard case .staleEpoch = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("a stale epoch was written")
            }
            #expect(try await store.jobs.find(job.id, owner: nil) == nil)
            #expect(try await store.deadLetters.list(owner: nil, page: PageRequest()).items == [])
            #expect(try await ingest(store, at: current, entries).accepted == 1)
        },
    ]

    private static let noting: [Clause<StoreUnderTest>] = [
        Clause("how far partitions were read is noted for many at once, and never goes back") { store in
            let sources = (0..<4).map { TopicPartition(topic: "t\($0 % 2)", partition: Int32(4 - $0)) }
            let opened = try await store.ingest.open(sources)
            let noted = try await store.ingest.note(opened.map { $0.at(Int64($0.source.partition) * 10) })
            #expect(noted == Set(sources))
            #expect(try await store.ingest.note([opened[0].at(7)]) == [sources[0]])
            #expect(try await store.ingest.open(sources).map(\.nextOffset) == [40, 30, 20, 10])
            #expect(try await store.ingest.note([]).isEmpty)
        },
        Clause("whoever lost a partition notes nothing there, nor does word of an earlier life") { store in
            let stale = try await open(store)
            let current = try await open(store)
            #expect(try await store.ingest.note([stale.at(100)]).isEmpty)
            _ = try #require(try await store.ingest.move(current, to: 3, isNewIncarnation: true))
            #expect(try await store.ingest.note([current.at(100)]).isEmpty)
            #expect(try await open(store).nextOffset == 3)
        },
    ]

    private static let moving: [Clause<StoreUnderTest>] = [
        Clause("a partition whose log lost our offset goes on elsewhere, in the same life or a new one") { store in
            let position = try await open(store)
            let skipped = try #require(try await store.ingest.move(position, to: 100, isNewIncarnation: false))
            #expect(skipped.nextOffset == 100 && skipped.incarnation == 0 && skipped.epoch == position.epoch)
            let anew = try #require(try await store.ingest.move(skipped, to: 0, isNewIncarnation: true))
            #expect(anew.nextOffset == 0 && anew.incarnation == 1)
            let reopened = try await open(store)
            #expect(reopened.nextOffset == 0 && reopened.incarnation == 1)
        },
        Clause("whoever lost a partition does not move it") { store in
            let stale = try await open(store)
            let current = try await open(store)
            #expect(try await store.ingest.move(stale, to: 100, isNewIncarnation: true) == nil)
            #expect(try await open(store).nextOffset == current.nextOffset)
        },
    ]
}

extension PartitionPosition {
    /// The same, read up to `offset`.
    fileprivate func at(_ offset: Int64) -> PartitionPosition {
        PartitionPosition(source: source, nextOffset: offset, epoch: epoch, incarnation: incarnation)
    }
}
