import MillraceDomain

extension JSONText {
    /// A member of an object.
    subscript(name: String) -> JSONText? { members?.first { $0.name == name }?.value }
}
