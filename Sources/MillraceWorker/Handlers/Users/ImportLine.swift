import MillraceDomain

/// Why a line cannot be imported.
struct BadLine: Hashable, Sendable {
    /// Counted from 1.
    let number: Int
    /// A machine word.
    let code: String
    /// A sentence for a person.
    let detail: String
}

/// Reads one line, `{"email": …, "name": …}` and nothing else.
enum ImportLine {
    /// The user a line describes.
    ///
    /// - Throws: `BadLine` with the first fault.
    static func profile(_ bytes: [UInt8], number: Int) throws(BadLine) -> UserProfile {
        do {
            var object = try JSONObject(try JSONText(bytes))
            let email = object.takeString("email") { (text) throws(FieldError) in try EmailAddress(text) }
            let name = object.takeString("name") { (text) throws(FieldError) in try UserName(text) }
            object.require(email, "email")
            object.require(name, "name")
            try object.finish()
            guard let email, let name else { throw DomainError.failure }
            return UserProfile(email: email, name: name)
        } catch let error as JSONError {
            throw BadLine(number: number, code: "malformed_json", detail: error.reason.rawValue)
        } catch let fault as FieldError {
            throw BadLine(number: number, code: fault.code.rawValue, detail: fault.detail)
        } catch DomainError.invalid(let faults) {
            let fault = faults.first ?? FieldError("", .invalidFormat, "is not valid")
            throw BadLine(number: number, code: fault.code.rawValue, detail: "\(fault.pointer) \(fault.detail)")
        } catch {
            throw BadLine(number: number, code: "invalid", detail: "is not a user")
        }
    }
}

extension BadLine: Error {}
