/// Why a command could not do what it was asked for: one line for the person who typed it.
struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String
    /// The exit status of the process, 1 unless something else is meant.
    let exitCode: Int32

    init(_ description: String, exitCode: Int32 = 1) {
        self.description = description
        self.exitCode = exitCode
    }
}
