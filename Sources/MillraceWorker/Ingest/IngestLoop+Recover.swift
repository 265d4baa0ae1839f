import Logging
import MillraceDomain

/// When a log does not hold our offset.
extension IngestLoop {
    /// Finds the place to go on, writes it down, then reads from there.
    ///
    /// A log that ends before our offset is another one under the same name: it is read from its beginning, and the
    /// identities of its records drop what we have. A log that begins behind our offset has been trimmed before we
    /// read it: what is gone is gone, and said aloud.
    func recover(_ position: PartitionPosition, low: Int64, high: Int64, _ holding: inout Holding?) async {
        guard let id = holding?.assignment else { return }
        let ours = position.nextOffset ?? 0
        var target = position
        if ours > high || ours < low {
            report(position, low: low, high: high, isNew: ours > high)
            let answer = await whileCurrent(id, "position not moved") { () async throws(DomainError) in
                try await move(position, to: low, isNew: ours > high)
            }
            guard let answer else { return }
            if let moved = answer {
                target = moved
            } else {
                await retake(position.source, &holding)
                guard let retaken = holding?.positions[position.source] else { return }
                target = retaken
            }
        }
        holding?.positions[position.source] = target
        await source.begin(id, at: [PartitionStart(source: target.source, offset: target.nextOffset)])
    }

    /// - Returns: nil when the partition is another process's.
    private func move(
        _ position: PartitionPosition, to low: Int64, isNew: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        do throws(DomainError) {
            return try await repository.move(position, to: low, isNewIncarnation: isNew)
        } catch .ambiguous {
            // Opening tells whether the move was made, and takes a new epoch under which it can be made again. A
            // later position was moved, by us or by somebody who has read on since; an earlier one is our own, of
            // which the last part is not noted yet.
            guard let opened = try await repository.open([position.source]).first else { throw .failure }
            let isStill =
                opened.incarnation == position.incarnation && opened.nextOffset ?? 0 <= position.nextOffset ?? 0
            return isStill ? try await repository.move(opened, to: low, isNewIncarnation: isNew) : opened
        }
    }

    private func report(_ position: PartitionPosition, low: Int64, high: Int64, isNew: Bool) {
        metrics.countLost(isNewIncarnation: isNew)
        var metadata = position.source.metadata
        metadata["kafka.offset"] = "\(position.nextOffset ?? 0)"
        metadata["kafka.low"] = "\(low)"
        metadata["kafka.high"] = "\(high)"
        if isNew {
            logger.warning("topic has been made anew, reading it from its beginning", metadata: metadata)
        } else {
            logger.warning("log was trimmed before it was read", metadata: metadata)
        }
    }
}
