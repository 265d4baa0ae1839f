import CLibrdkafka

/// One librdkafka client and what its callbacks need, from `rd_kafka_new` to `rd_kafka_destroy`.
///
/// `@unchecked Sendable` is safe: the pointer never changes, librdkafka's functions take locks of their own, and only
/// ``destroy()`` ends the handle, which each owner calls once, after its last use.
final class LibraryClient: @unchecked Sendable {
    let handle: OpaquePointer
    let context: ClientContext
    /// The library's threads hold the context by a bare pointer: it lives until the handle is gone.
    private let retained: Unmanaged<ClientContext>

    /// - Throws: ``KafkaError`` when a property is wrong or the library cannot start.
    init(_ kind: rd_kafka_type_t, _ properties: ClientProperties, _ context: ClientContext) throws {
        let configuration = try properties.configuration()
        let retained = Unmanaged.passRetained(context)
        rd_kafka_conf_set_opaque(configuration, retained.toOpaque())
        rd_kafka_conf_set_log_cb(configuration, logged)
        rd_kafka_conf_set_error_cb(configuration, failed)
        if kind == RD_KAFKA_PRODUCER {
            rd_kafka_conf_set_dr_msg_cb(configuration, delivered)
        } else {
            rd_kafka_conf_set_rebalance_cb(configuration, rebalanced)
        }
        var reason = [CChar](repeating: 0, count: 512)
        guard let handle = rd_kafka_new(kind, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            retained.release()
            throw KafkaError.failed(code: rd_kafka_last_error().rawValue, reason: Self.text(reason))
        }
        self.handle = handle
        self.context = context
        self.retained = retained
    }

    /// Ends the client. Blocks while the library's threads end: only for a thread of our own, under a watchdog.
    func destroy() {
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        retained.release()
    }

    /// Asks the cluster about itself, to see whether it answers. Blocks up to `milliseconds`.
    func answers(within milliseconds: Int32) -> Bool {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(handle, 0, nil, &metadata, milliseconds)
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        return code == RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// What the cluster calls itself; nil when it says nothing. Blocks up to `milliseconds` unless it is known.
    func clusterID(within milliseconds: Int32) -> String? {
        guard let id = rd_kafka_clusterid(handle, milliseconds) else { return nil }
        defer { rd_kafka_mem_free(handle, id) }
        return String(cString: id)
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

private nonisolated func context(_ opaque: UnsafeMutableRawPointer?) -> ClientContext? {
    opaque.map { Unmanaged<ClientContext>.fromOpaque($0).takeUnretainedValue() }
}

private nonisolated func logged(
    _ handle: OpaquePointer?, _ level: Int32, _ facility: UnsafePointer<CChar>?, _ line: UnsafePointer<CChar>?
) {
    guard let handle, let facility, let line else { return }
    context(rd_kafka_opaque(handle))?.logged(facility: String(cString: facility), line: String(cString: line))
}

private nonisolated func failed(
    _ handle: OpaquePointer?, _ code: Int32, _ reason: UnsafePointer<CChar>?, _ opaque: UnsafeMutableRawPointer?
) {
    context(opaque)?.failed(
        rd_kafka_resp_err_t(rawValue: code), reason: reason.map { String(cString: $0) } ?? "")
}

private nonisolated func delivered(
    _ handle: OpaquePointer?, _ message: UnsafePointer<rd_kafka_message_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let message else { return }
    context(opaque)?.onDelivery(message.pointee)
}

private nonisolated func rebalanced(
    _ handle: OpaquePointer?, _ code: rd_kafka_resp_err_t,
    _ partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, _ opaque: UnsafeMutableRawPointer?
) {
    guard let handle, let context = context(opaque) else { return }
    if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let partitions {
        // Nothing is read before the owner has said from where: the group is served, the list remembered.
        let nothing = rd_kafka_topic_partition_list_new(0)
        rd_kafka_assign(handle, nothing)
        rd_kafka_topic_partition_list_destroy(nothing)
        context.rebalanced(.assigned(PartitionList.read(partitions)))
    } else {
        rd_kafka_assign(handle, nil)
        context.rebalanced(.revoked)
    }
    // Return to the caller of poll at once, so that it hears of the change before anything else happens.
    rd_kafka_yield(handle)
}
