import MillraceDomain
import Testing

extension ErasureRepositoryContract {
    static let saving: [Clause<StoreUnderTest>] = [
        Clause("what is saved is found, its times are the store's") { store in
            let user = try await store.makeUser().id
            var erasure = try await store.erasures.begin(store.ids.next(), user: user)
            let begun = erasure.createdAt
            for phase in Erasure.Phase.allCases {
                let now = store.clock.advance(by: .milliseconds(1500))
                erasure.phase = phase
                erasure.removedJobs += 5_000_000_000
                erasure.removedArchivedJobs += 1
                erasure.removedDeadRecords += 2
                erasure.removedIdempotencyRecords += 3
                erasure.removedUniqueClaims += 4
                try await store.erasures.save(erasure)
                (erasure.updatedAt, erasure.finishedAt) = (now, phase == .done ? now : nil)
                #expect(try await store.erasures.find(erasure.id) == erasure)
            }
            #expect(erasure.createdAt == begun)
            #expect(try await store.erasures.begin(store.ids.next(), user: user) == erasure)
        },
        Clause("the earliest unfinished erasure comes first, until it is done") { store in
            var begun: [Erasure] = []
            for number in 0..<3 {
                let user = try await store.makeUser("user\(number)@example.org").id
                begun.append(try await store.erasures.begin(store.ids.next(), user: user))
                if number > 0 { store.clock.advance(by: .seconds(1)) }
            }
            for erasure in begun {
                #expect(try await unfinished(store) == erasure)
                var done = erasure
                done.phase = .done
                try await store.erasures.save(done)
            }
            #expect(try await unfinished(store) == nil)
        },
        Clause("the age of a phase counts from when it was entered, not from the last save") { store in
            let user = try await store.makeUser().id
            var erasure = try await store.erasures.begin(store.ids.next(), user: user)
            #expect(try await store.erasures.unfinished()?.phaseAge == .zero)
            store.clock.advance(by: .seconds(5))
            erasure.removedJobs = 1
            try await store.erasures.save(erasure)
            store.clock.advance(by: .microseconds(7))
            #expect(try await store.erasures.unfinished()?.phaseAge == .seconds(5) + .microseconds(7))
            erasure.phase = .verifying
            try await store.erasures.save(erasure)
            #expect(try await store.erasures.unfinished()?.phaseAge == .zero)
            store.clock.advance(by: .seconds(86_400))
            #expect(try await store.erasures.unfinished()?.phaseAge == .seconds(86_400))
        },
    ]
}
