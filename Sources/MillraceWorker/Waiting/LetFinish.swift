import MillraceDomain

/// Calls a store and lets the call finish even when the calling task is cancelled meanwhile: cutting off a claim or
/// a write would leave unknown what it did. The adapters' own deadlines bound the wait.
func letFinish<Value: Sendable>(
    _ call: @escaping @Sendable () async throws(DomainError) -> Value
) async -> Result<Value, DomainError> {
    // Unstructured only so that cancellation does not reach it; it is awaited here.
    await Task {
        do throws(DomainError) { return Result<Value, DomainError>.success(try await call()) } catch {
            return .failure(error)
        }
    }.value
}
