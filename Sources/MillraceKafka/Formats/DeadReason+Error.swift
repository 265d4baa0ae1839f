import MillraceDomain

extension DeadReason: Error {}

extension DeadReason {
    /// The faults of a submission as one sentence each.
    ///
    /// - Parameter names: how the carrier calls the member at a pointer.
    init(_ error: DomainError, names: (String) -> String = { $0 }) {
        guard case .invalid(let faults) = error else {
            self.init(.invalidSubmission, "The submission cannot be read.")
            return
        }
        let code: Code = faults.contains { $0.code == .tooLarge } ? .tooLarge : .invalidSubmission
        let sentences = faults.map { fault in
            fault.pointer.isEmpty ? "It \(fault.detail)." : "\(names(fault.pointer)): \(fault.detail)."
        }
        self.init(code, sentences.joined(separator: " "))
    }

    /// What is wrong with bytes that should be JSON.
    init(_ error: JSONError) {
        self.init(.malformedJSON, "Byte \(error.offset): \(error.reason.rawValue).")
    }
}

extension JSONText {
    /// Reads a record's value that is a payload.
    ///
    /// - Throws: `DeadReason` `malformed_json`.
    init(recordValue bytes: [UInt8]) throws(DeadReason) {
        do { try self.init(bytes) } catch { throw DeadReason(error) }
    }

    /// Reads a record's value that wraps a payload, which may nest as deeply as one that stands alone.
    ///
    /// - Throws: `DeadReason` `malformed_json`.
    init(recordEnvelope bytes: [UInt8]) throws(DeadReason) {
        do { try self.init(bytes, maxDepth: Self.maxDepth + 1) } catch { throw DeadReason(error) }
    }
}
