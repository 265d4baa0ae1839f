import MillraceDomain

/// What holds of every `JobLeases`.
public enum JobLeasesContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] =
        claiming + renewing + reporting + finishing + cancelled + sweeping + losing + pausing
}
