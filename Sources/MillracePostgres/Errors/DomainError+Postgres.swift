import Logging
import MillraceDomain

/// What the failing call was to do: it decides what an answer that never came means.
enum CallPurpose {
    /// Changed nothing.
    case read
    /// May have been committed.
    case write
    /// The same for records, which are given up when they are at fault, and for nothing else.
    case ingest
}

extension PostgresClient {
    /// Runs a repository's work and translates what it throws: the one place where Postgres' errors become the
    /// domain's, by code, never by text.
    func inDomain<Value>(
        _ purpose: CallPurpose, _ work: () async throws -> Value
    ) async throws(DomainError) -> Value {
        do {
            return try await work()
        } catch let error as DomainError {
            throw error
        } catch let error as PostgresError {
            throw translate(error, purpose)
        } catch is CancellationError {
            throw purpose == .read ? .unavailable : .ambiguous
        } catch {
            logger.error("A repository failed", metadata: ["error.type": "\(type(of: error))"])
            throw .failure
        }
    }

    /// The domain's error for one of Postgres'.
    func translate(_ error: PostgresError, _ purpose: CallPurpose) -> DomainError {
        if let known = Self.known(error) { return known }
        switch error.classification {
        case .connection, .retriable, .poolExhausted:
            return .unavailable
        case .ambiguous, .deadline:
            return purpose == .read ? .unavailable : .ambiguous
        case .data, .defect:
            // The domain's error does not carry the cause, so that it is told here.
            logger.error(
                "Postgres refused a statement",
                metadata: [
                    "postgres.sqlstate": "\(error.sqlState ?? "")", "postgres.constraint": "\(error.constraint ?? "")",
                    "postgres.table": "\(error.table ?? "")", "error.kind": "\(error.kind)",
                    "error.message": "\(error.message)",
                ])
            return purpose == .ingest && error.isOfInstallation ? .unavailable : .failure
        }
    }

    /// The constraints whose violation means something to the domain.
    private static func known(_ error: PostgresError) -> DomainError? {
        switch (error.sqlState, error.constraint) {
        case ("23505", "users_email_key_key"): .conflict(.emailTaken)
        case ("23503", "api_tokens_user_id_fkey"): .notFound(.user)
        case ("23505", "webhook_endpoints_owner_id_name_key"): .conflict(.nameTaken)
        default: nil
        }
    }
}
