import MillraceDomain
import Testing

extension OrderContract {
    static let racing: [Clause<StoreUnderTest>] = [
        Clause("of many who submit one key at once, each has its jobs in its order, and one job is ready") { store in
            let owner = try await store.makeUser().id
            let all = try await withThrowingTaskGroup(of: [JobID].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var mine: [JobID] = []
                        for _ in 0..<3 { mine += try await store.accept([store.keyed(owner)]).ids }
                        return mine + (try await store.accept([store.keyed(owner), store.keyed(owner)]).ids)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let ids = all.flatMap(\.self)
            #expect(try await store.states(ids).count { $0 == .queued } == 1)
            let ran = try await store.runAll(ids)
            #expect(ran.count == ids.count)
            for mine in all { #expect(ran.filter(mine.contains) == mine) }
        },
        Clause("whatever happens to a head while jobs come, one job of the key is on its way") { store in
            let owner = try await store.makeUser().id
            for round in 0..<24 {
                let (first, _) = try await store.accept([store.keyed(owner, "\(round)")])
                let lease = try await store.claim(try await store.job(first[0]), lasting: .seconds(1)).lease
                store.clock.advance(by: .seconds(round % 4 == 3 ? 2 : 0))
                async let later = store.accept([store.keyed(owner, "\(round)"), store.keyed(owner, "\(round)")])
                async let cancel = try? store.jobs.cancel(first[0], owner: nil)
                async let sweep = try? store.sweep()
                async let finish = try? store.leases.finish([.succeeding(lease)])
                let ids = first + (try await later).ids
                _ = await (cancel, sweep, finish)
                let live = try await store.states(ids).compactMap(\.self).filter { !$0.isTerminal }
                #expect(live.count { $0 != .blocked } == 1, "\(live)")
            }
        },
        Clause("a head that is cancelled while it is claimed and finished frees exactly one") { store in
            let owner = try await store.makeUser().id
            for round in 0..<24 {
                let (ids, _) = try await store.accept((0..<3).map { _ in store.keyed(owner, "\(round)") })
                async let cancelled = store.jobs.cancel(ids[0], owner: nil)
                async let ran: Void = {
                    guard let claimed = try await store.claimAny([ids[0]]).first else { return }
                    _ = try await store.leases.finish([.succeeding(claimed.lease)])
                }()
                _ = try? await cancelled
                try await ran
                let states = try await store.states(ids)
                #expect(states[0]?.isTerminal == true)
                #expect(states[1...] == [.queued, .blocked])
            }
        },
    ]
}
