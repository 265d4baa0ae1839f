/// SQL of literals only: a literal, or one into which other literals were set.
///
/// Neither can hold a value of run time, because only `StaticString`s fit: values travel as parameters.
struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// Gathers the literals.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity)
        }

        mutating func appendLiteral(_ literal: StaticString) { text += "\(literal)" }
        /// Sets another literal in, such as a list of columns.
        mutating func appendInterpolation(_ fragment: StaticString) { text += "\(fragment)" }
    }

    /// The statement's text.
    let text: String

    init(stringLiteral literal: StaticString) { text = "\(literal)" }
    init(stringInterpolation: Interpolation) { text = stringInterpolation.text }
}
