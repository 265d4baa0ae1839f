/// Scenarios that have failed once, as `make simulate` takes them, each with what it found.
enum Regressions {
    static let scenarios: [String] = []
}
