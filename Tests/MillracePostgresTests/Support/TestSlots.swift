/// So many tests have a database at once. Hundreds that begin together would wait for the server, not for the code
/// under test, and run out of time there.
actor TestSlots {
    static let shared = TestSlots(8)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) {
        free = count
    }

    /// Waits for a slot; whoever holds one gives it back at its end, in the order of asking.
    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        guard waiting.isEmpty else { return waiting.removeFirst().resume() }
        free += 1
    }
}
