import ArgumentParser
import Glibc
import MillraceConfiguration

@main
struct Main {
    static func main() async {
        do {
            var command = try Millrace.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(Failure(error).report())
        }
    }
}
