import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/operations`: what was accepted and takes its time.
struct OperationRoutes: Sendable {
    static let path = "/api/v1/operations"

    let findErasure: FindErasure

    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        let erasure = try await findErasure(call.id("id"), by: caller)
        return .json { erasure.write(to: &$0) }
    }

    /// The answer to the request that began an operation.
    static func accepted(_ erasure: Erasure) -> Response {
        .json(.accepted, headers: [.location: "\(path)/\(erasure.id)"]) { erasure.write(to: &$0) }
    }
}
