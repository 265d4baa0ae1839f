import HTTPTypes
import MillraceDomain

/// A failure as a client sees it (RFC 9457).
struct Problem: Error {
    /// One wrong value.
    struct Fault: Hashable, Sendable {
        /// A JSON Pointer into the body, or the name of a parameter or header.
        let pointer: String
        /// A machine word.
        let code: String
        /// A sentence without the value itself.
        let detail: String
    }

    /// More faults than this help nobody; the rest is left out.
    static let maxFaults = 100

    /// What kind of failure it is.
    let code: ProblemCode
    /// A sentence about this occurrence; never a cause from inside.
    let detail: String
    /// The wrong values, where that is what failed.
    var faults: [Fault] = []
    /// Header fields that belong to the status.
    var headers: HTTPFields = [:]

    /// The job that stands in the way.
    var jobID: JobID?
    /// The limit that was reached.
    var excess: QuotaExcess?

    /// Makes a problem.
    init(_ code: ProblemCode, _ detail: String, faults: [Fault] = [], headers: HTTPFields = [:]) {
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers
    }

    /// One wrong value of the request.
    static func invalid(_ pointer: String, _ code: FieldError.Code, _ detail: String) -> Problem {
        Problem(DomainError.invalid([FieldError(pointer, code, detail)]))
    }
}

extension Problem.Fault {
    /// A fault that the domain found.
    init(_ error: FieldError) {
        self.init(pointer: error.pointer, code: error.code.rawValue, detail: error.detail)
    }
}
