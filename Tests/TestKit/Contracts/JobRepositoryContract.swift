import MillraceDomain

/// What holds of every `JobRepository`.
public enum JobRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] =
        accepting + refusing + finding + listing + cancelling + retrying + restoring + uniqueness + replacing
}
