import AsyncHTTPClient
public import Logging
import MillraceDomain

/// Sends webhooks. One for a process: it keeps a client for each receiver, pinned to an address that was resolved and
/// checked at most a minute ago.
public actor Webhooks {
    private struct Entry {
        let pinned: PinnedClient
        let madeAt: ContinuousClock.Instant
        var uses = 0
        var isRetired = false
    }

    private let settings: WebhookSettings
    private let logger: Logger
    private let resolver = HostResolver()
    private var entries: [Int: Entry] = [:]
    private var current: [Receiver: Int] = [:]
    private var lastNumber = 0

    /// Makes an idle one.
    public init(settings: WebhookSettings = WebhookSettings(), logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Closes what has grown old, until its task is cancelled; then closes everything.
    func run() async {
        while !Task.isCancelled {
            do { try await ContinuousClock().sleep(for: settings.pinFor / 4) } catch { break }
            retire { $0.madeAt + settings.pinFor <= .now }
            await closeRetired()
        }
        await close()
    }

    /// Closes every client, those in use as soon as they are not.
    public func close() async {
        retire { _ in true }
        await closeRetired()
    }

    /// Calls `body` with a client for the receiver.
    ///
    /// - Throws: `JobFailure` when the receiver has no address that may be called; what `body` throws.
    func withClient<Value: Sendable>(
        for receiver: Receiver, _ body: @Sendable (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let (number, client) = try await take(receiver)
        do {
            let value = try await body(client)
            await release(number)
            return value
        } catch {
            // The next attempt may find another address.
            retire { $0.pinned.client === client }
            await release(number)
            throw error
        }
    }

    private func take(_ receiver: Receiver) async throws -> (Int, HTTPClient) {
        retire { $0.madeAt + settings.pinFor <= .now }
        await closeRetired()
        if current[receiver] == nil {
            let address = try await address(of: receiver)
            // Another caller may have been faster.
            if current[receiver] == nil { try add(receiver, at: address) }
        }
        guard let number = current[receiver], let entry = entries[number] else { throw CancellationError() }
        entries[number]?.uses += 1
        return (number, entry.pinned.client)
    }

    private func add(_ receiver: Receiver, at address: NetworkAddress) throws {
        if current.count >= settings.maxReceivers { retireIdle() }
        guard entries.count < settings.maxReceivers * 2 else {
            throw JobFailure(code: "too_many_receivers", message: "Too many receivers are being called at the moment.")
        }
        lastNumber += 1
        entries[lastNumber] = Entry(pinned: PinnedClient(receiver, at: address, settings), madeAt: .now)
        current[receiver] = lastNumber
    }

    private func address(of receiver: Receiver) async throws -> NetworkAddress {
        let addresses = try await resolver.addresses(of: receiver.host)
        // One address inside is enough to refuse a name: it was given it by whoever named it.
        guard let first = addresses.first, addresses.allSatisfy(settings.allows) else {
            logger.warning("webhook refused, address not allowed", metadata: ["webhook.host": "\(receiver.host)"])
            throw JobFailure.permanent(
                "address_refused", "The receiver's address is private or special and not allowed.")
        }
        return first
    }

    private func release(_ number: Int) async {
        entries[number]?.uses -= 1
        await closeRetired()
    }

    /// Makes room: what is in no use goes first.
    private func retireIdle() {
        guard
            let oldest = current.values.min(by: { left, right in
                (entries[left]?.uses ?? 0, left) < (entries[right]?.uses ?? 0, right)
            })
        else { return }
        retire { [entry = entries[oldest]] in $0.pinned.client === entry?.pinned.client }
    }

    private func retire(_ isOld: (Entry) -> Bool) {
        for (receiver, number) in current {
            guard let entry = entries[number], isOld(entry) else { continue }
            entries[number]?.isRetired = true
            current[receiver] = nil
        }
    }

    private func closeRetired() async {
        let closing = entries.filter { $0.value.isRetired && $0.value.uses == 0 }
        for number in closing.keys { entries[number] = nil }
        for entry in closing.values {
            do { try await entry.pinned.client.shutdown() } catch {
                logger.warning("webhook client not closed", metadata: ["error": "\(error)"])
            }
        }
    }
}
