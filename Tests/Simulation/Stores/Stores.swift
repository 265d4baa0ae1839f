import MillraceDomain

/// The servers of a simulation, and the way to them.
///
/// Touched only on the thread that drives its simulation.
final class Stores: @unchecked Sendable {
    let jobs = Server()
    let archive = Server()
    private let truth: any Store
    private let plant: Plant?

    init(_ world: World) {
        let audited = AuditedStore(auditor: world.auditor)
        plant = world.scenario.plant
        truth = plant?.atServer(audited, world) ?? audited
    }

    /// The store as a process reaches it.
    func ports(for life: Life) -> any Store {
        let distant = DistantStore(life: life, base: truth)
        return plant?.atClient(distant) ?? distant
    }

    func heal(_ now: Timestamp) {
        jobs.heal(now)
        archive.heal(now)
    }
}
