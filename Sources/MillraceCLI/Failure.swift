import ArgumentParser
import MillraceConfiguration

/// An error as the person at the terminal gets it: one readable line, and an exit status for scripts.
struct Failure {
    /// Empty when there is nothing to say: the command has said it itself.
    let line: String
    let exitCode: Int32
    /// Help that was asked for is no complaint.
    let isHelp: Bool

    init(_ error: any Error) {
        switch error {
        case let error as CommandFailure:
            self.init("millrace: \(error)", error.exitCode)
        case let error as ConfigurationError:
            self.init("millrace: \(error)", ConfigurationError.exitCode)
        case let error as ExitCode:
            self.init("", error.rawValue)
        default:
            let code = Millrace.exitCode(for: error)
            if code == .success {
                self.init(Millrace.fullMessage(for: error), 0, isHelp: true)
            } else {
                let text = Millrace.message(for: error)
                self.init("millrace: \(text.isEmpty ? "\(error)" : text)", code.rawValue)
            }
        }
    }

    private init(_ line: String, _ exitCode: Int32, isHelp: Bool = false) {
        self.line = line
        self.exitCode = exitCode
        self.isHelp = isHelp
    }

    /// Prints it and returns the exit status.
    func report() -> Int32 {
        if isHelp { Console.say(line) } else if !line.isEmpty { Console.complain(line) }
        return exitCode
    }
}
