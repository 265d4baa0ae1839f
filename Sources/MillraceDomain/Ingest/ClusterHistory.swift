/// The rules for a partition whose cluster has been replaced by another under the same address.
///
/// A process that stood still while it opened partitions may come with the id of the cluster that was there before.
/// Believed, it would begin yet another life of the topic, in which records without an identity of their own are new.
public enum ClusterHistory {
    /// How long after the replacement an opening under a former cluster's id is refused. Past that it is a return,
    /// as after a failover.
    public static let refusesReturnFor: Duration = .seconds(600)
    /// How many former clusters are remembered.
    public static let length = 8
}
