import ArgumentParser
import MillraceDomain

/// An id on the command line.
struct RemoteID: ExpressibleByArgument, Sendable {
    /// Its 36 characters in lower case.
    let text: String

    init?(argument: String) {
        guard let id = UniqueID(argument) else { return nil }
        text = id.description
    }
}
