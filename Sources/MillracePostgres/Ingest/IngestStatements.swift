import MillraceDomain

/// The SQL of ingest, and of keeping dead records and forgetting them.
enum IngestStatements {
    static let all = [
        open.text, move.text, lock.text, advance.text, note.text, claimIdentities.text, forgetIdentities.text,
        keepDead.text, savepoint, rollbackToSavepoint, releaseSavepoint, expireDead.text,
    ]

    private static let position: @Sendable (inout RowReader) throws -> PartitionPosition = { row in
        PartitionPosition(
            source: TopicPartition(topic: try row.value(), partition: try row.value()),
            nextOffset: try row.optional(), epoch: try row.value(), incarnation: try row.value())
    }

    static let open = Statement<PartitionPosition>(
        name: "ingest_open",
        sql: """
            INSERT INTO ingest_partitions (topic, partition, next_offset, epoch, incarnation, cluster_id)
            SELECT input.topic, input.partition, NULL, 1, 0, $3
            FROM unnest($1, $2) AS input (topic, partition)
            ON CONFLICT (topic, partition) DO UPDATE
            SET epoch = ingest_partitions.epoch + 1,
                next_offset = CASE
                    WHEN ingest_partitions.cluster_id <> EXCLUDED.cluster_id THEN NULL
                    ELSE ingest_partitions.next_offset
                END,
                incarnation = ingest_partitions.incarnation
                    + CASE WHEN ingest_partitions.cluster_id <> EXCLUDED.cluster_id THEN 1 ELSE 0 END,
                former_cluster_ids = CASE
                    WHEN ingest_partitions.cluster_id <> EXCLUDED.cluster_id THEN (
                        ingest_partitions.cluster_id
                            || array_remove(ingest_partitions.former_cluster_ids, EXCLUDED.cluster_id)
                    )[1:$5]
                    ELSE ingest_partitions.former_cluster_ids
                END,
                cluster_since = CASE
                    WHEN ingest_partitions.cluster_id <> EXCLUDED.cluster_id
                        THEN COALESCE($4, statement_timestamp())
                    ELSE ingest_partitions.cluster_since
                END,
                cluster_id = COALESCE(EXCLUDED.cluster_id, ingest_partitions.cluster_id)
            WHERE (
                EXCLUDED.cluster_id = ANY (ingest_partitions.former_cluster_ids)
                AND ingest_partitions.cluster_since
                    > COALESCE($4, statement_timestamp()) - $6 * interval '1 microsecond'
            ) IS NOT TRUE
            RETURNING topic, partition, next_offset, epoch, incarnation
            """, parameters: [.textArray, .int4Array, .text, .timestamptz, .int4, .int8], decode: position)

    static let move = Statement<PartitionPosition>(
        name: "ingest_move",
        sql: """
            UPDATE ingest_partitions
            SET next_offset = $4,
                incarnation = incarnation + CASE WHEN $5 THEN 1 ELSE 0 END
            WHERE topic = $1 AND partition = $2 AND epoch = $3
            RETURNING topic, partition, next_offset, epoch, incarnation
            """, parameters: [.text, .int4, .int8, .int8, .bool], decode: position)

    /// Keeps others from taking the partition over until the commit.
    static let lock = Statement<Int64>(
        name: "ingest_lock",
        sql: "SELECT epoch FROM ingest_partitions WHERE topic = $1 AND partition = $2 FOR UPDATE",
        parameters: [.text, .int4]
    ) { try $0.value() }

    static let advance = Statement<Never>(
        name: "ingest_advance",
        sql: "UPDATE ingest_partitions SET next_offset = $3 WHERE topic = $1 AND partition = $2",
        parameters: [.text, .int4, .int8])

    /// Locks in the order of the primary key, as `open` does.
    static let note = Statement<TopicPartition>(
        name: "ingest_note",
        sql: """
            WITH held AS MATERIALIZED (
                SELECT held.topic, held.partition, noted.next_offset
                FROM ingest_partitions AS held
                JOIN unnest($1, $2, $3, $4, $5) AS noted (topic, partition, next_offset, epoch, incarnation)
                    USING (topic, partition)
                WHERE held.epoch = noted.epoch AND held.incarnation = noted.incarnation
                ORDER BY held.topic, held.partition
                FOR UPDATE OF held
            )
            UPDATE ingest_partitions
            SET next_offset = GREATEST(ingest_partitions.next_offset, held.next_offset)
            FROM held
            WHERE ingest_partitions.topic = held.topic AND ingest_partitions.partition = held.partition
            RETURNING ingest_partitions.topic, ingest_partitions.partition
            """, parameters: [.textArray, .int4Array, .int8Array, .int8Array, .int4Array]
    ) { TopicPartition(topic: try $0.value(), partition: try $0.value()) }

    /// Returns the identities that nobody had before, in the order of the index so that two batches cannot deadlock.
    ///
    /// Of two transactions at once with the same identity the second waits for the first and finds it, by the primary
    /// key of the day. Only when the day changes between them do both come through: then their jobs meet at the
    /// primary key of `jobs`, because the same identity asks for the same id.
    ///
    /// The day is the transaction's, so that `forgetIdentities` finds it again.
    static let claimIdentities = Statement<UniqueID>(
        name: "ingest_claim_identities",
        sql: """
            INSERT INTO ingest_identities_by_day (identity, seen_on)
            SELECT input.identity, (COALESCE($2, transaction_timestamp()) AT TIME ZONE 'UTC')::date
            FROM unnest($1) AS input (identity)
            WHERE input.identity NOT IN (SELECT known_ingest_identities($1))
            ORDER BY input.identity
            ON CONFLICT (identity, seen_on) DO NOTHING
            RETURNING identity
            """, parameters: [.uuidArray, .timestamptz]
    ) { try $0.value() }

    /// Takes back what this transaction has claimed.
    static let forgetIdentities = Statement<Never>(
        name: "ingest_forget_identities",
        sql: """
            DELETE FROM ingest_identities_by_day
            WHERE identity = ANY ($1)
              AND seen_on = (COALESCE($2, transaction_timestamp()) AT TIME ZONE 'UTC')::date
            """, parameters: [.uuidArray, .timestamptz])

    static let savepoint = StatementText(name: "ingest_savepoint", sql: "SAVEPOINT entry")
    static let rollbackToSavepoint = StatementText(name: "ingest_rollback", sql: "ROLLBACK TO SAVEPOINT entry")
    static let releaseSavepoint = StatementText(name: "ingest_release", sql: "RELEASE SAVEPOINT entry")

    /// One record a call: they are rare, and their headers are lists already.
    static let keepDead = Statement<DeadRecord>(
        name: "ingest_keep_dead",
        sql: """
            INSERT INTO dead_records (\(DeadRecordRow.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, COALESCE($12, statement_timestamp()), $13, $14, $15)
            RETURNING \(DeadRecordRow.columns)
            """,
        parameters: [
            .uuid, .text, .int4, .int8, .timestamptz, .bytea, .bytea, .textArray, .byteaArray, .text, .text,
            .timestamptz, .uuid, .text, .int4,
        ], decode: DeadRecordRow.decode)

    /// Removes some of the records kept longer ago than so many microseconds. What another process removes is left to
    /// it.
    static let expireDead = Statement<Never>(
        name: "dead_records_expire",
        sql: """
            WITH chosen AS MATERIALIZED (
                SELECT id
                FROM dead_records
                WHERE created_at < COALESCE($1, statement_timestamp()) - $2 * interval '1 microsecond'
                ORDER BY created_at, id
                LIMIT $3
                FOR UPDATE SKIP LOCKED
            )
            DELETE FROM dead_records
            WHERE id = ANY (ARRAY(SELECT chosen.id FROM chosen))
            """, parameters: [.timestamptz, .int8, .int8])
}
