/// The identity of one `Entity`; a user's id cannot be passed where a job's is wanted.
public struct Identifier<Entity>: Hashable, Sendable {
    /// The identifier without its type, for the wire and the stores.
    public let uniqueID: UniqueID

    /// Gives `uniqueID` its type.
    public init(_ uniqueID: UniqueID) {
        self.uniqueID = uniqueID
    }

    /// Reads the 36-character text form, either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let uniqueID = UniqueID(text) else { return nil }
        self.init(uniqueID)
    }
}

extension Identifier: Comparable {
    public static func < (left: Identifier, right: Identifier) -> Bool {
        left.uniqueID < right.uniqueID
    }
}

extension Identifier: CustomStringConvertible {
    /// The 36-character lower-case form.
    public var description: String { uniqueID.description }
}
