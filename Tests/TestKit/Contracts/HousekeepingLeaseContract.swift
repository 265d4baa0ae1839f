import MillraceDomain
import Testing

/// What holds of every `HousekeepingLease`.
public enum HousekeepingLeaseContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = [
        Clause("one holds it, and others get it when its time is over, not before") { store in
            try await expect(store, "one", for: .seconds(10), holds: true)
            try await expect(store, "two", for: .seconds(10), holds: false)
            store.clock.advance(by: .seconds(10) - .microseconds(1))
            try await expect(store, "two", for: .seconds(10), holds: false)
            store.clock.advance(by: .microseconds(1))
            try await expect(store, "two", for: .seconds(10), holds: true)
            try await expect(store, "one", for: .seconds(10), holds: false)
        },
        Clause("its holder extends it from now, also to less") { store in
            try await expect(store, "one", for: .seconds(10), holds: true)
            store.clock.advance(by: .seconds(9))
            try await expect(store, "one", for: .seconds(10), holds: true)
            store.clock.advance(by: .seconds(9))
            try await expect(store, "two", for: .seconds(10), holds: false)
            try await expect(store, "one", for: .seconds(1), holds: true)
            store.clock.advance(by: .seconds(1))
            try await expect(store, "two", for: .seconds(1), holds: true)
        },
        Clause("given back by its holder it is free at once, and nobody else can give it back") { store in
            try await expect(store, "one", for: .seconds(10), holds: true)
            try await store.housekeeping.release(as: "two")
            try await expect(store, "two", for: .seconds(10), holds: false)
            try await store.housekeeping.release(as: "one")
            try await store.housekeeping.release(as: "one")
            try await expect(store, "two", for: .seconds(10), holds: true)
        },
        Clause("of many who want it at once, one gets it") { store in
            let held = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<16 {
                    group.addTask { try await store.housekeeping.hold(as: "process-\(number)", for: .seconds(10)) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(held == 1)
        },
    ]

    private static func expect(
        _ store: StoreUnderTest, _ holder: String, for duration: Duration, holds: Bool,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let isHeld = try await store.housekeeping.hold(as: holder, for: duration)
        #expect(isHeld == holds, "\(holder)", sourceLocation: location)
    }
}
