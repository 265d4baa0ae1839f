/// Scenarios that have failed once, as `make simulate` takes them, each with what it found.
enum Regressions {
    static let scenarios = [
        // A job that an operator had sent back after its time was not known by its own submission any more.
        "SEED=99 KEYED=0",
        // After an unknown outcome a trimmed partition was moved back behind what another process had read since.
        "SEED=1163 KEYED=0",
        // After an unknown outcome records of a topic's former life were written as if they were of the new one.
        "SEED=318",
        // A consumer that froze while it opened partitions opened them under the id of a cluster that was no more.
        "SEED=3578", "SEED=3202",
    ]
}
