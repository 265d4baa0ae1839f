import MillraceDomain

/// A bug that is put in front of the store, to see that the simulation finds it.
public enum Plant: String, CaseIterable, Hashable, Sendable {
    /// Whoever had a lease once goes on: a process believes that it has it, whatever the store and the clock say.
    case noFencing
    /// Whoever ran a job once may write its end.
    case finishWithoutToken
    /// A job is run because a dispatch says so, whatever its row says.
    case dispatchOverRow
    /// Jobs of a key run in the order in which they arrive.
    case orderByArrival
    /// The offset is written before the jobs are.
    case ackBeforeCommit
    /// Whoever had a partition once may go on writing for it.
    case noEpoch

    /// The bug where the store does it.
    func atServer(_ store: any Store, _ world: World) -> (any Store)? {
        switch self {
        case .finishWithoutToken: FinishWithoutToken(base: store, world: world)
        case .orderByArrival: OrderByArrival(base: store)
        case .noEpoch: NoEpoch(base: store, world: world)
        case .noFencing, .dispatchOverRow, .ackBeforeCommit: nil
        }
    }

    /// The bug where a process does it.
    func atClient(_ store: any Store) -> (any Store)? {
        switch self {
        case .noFencing: NoFencing(base: store)
        case .dispatchOverRow: DispatchOverRow(base: store)
        case .ackBeforeCommit: AckBeforeCommit(base: store)
        case .finishWithoutToken, .orderByArrival, .noEpoch: nil
        }
    }
}
