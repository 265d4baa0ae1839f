import MillraceDomain

extension Parameters {
    /// Binds what a filter asks for, its owner apart: state, queue, kind, ordering key, tag and the two times.
    mutating func append(_ filter: JobFilter) {
        append(filter.state?.rawValue)
        append(filter.queue?.text)
        append(filter.kind?.text)
        append(filter.orderingKey)
        append(filter.tag)
        append(filter.createdAfter ?? Timestamp(microseconds: .min))
        append(filter.createdBefore ?? Timestamp(microseconds: .max))
    }
}
