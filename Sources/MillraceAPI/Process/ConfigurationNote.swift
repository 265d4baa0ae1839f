import Crypto
import Logging
import MillraceConfiguration
import MillraceDomain
import ServiceLifecycle

/// Writes into the audit by which configuration this process works, as soon as its store can be reached.
///
/// Nothing waits for it. After an answer that got lost the entry may be there twice.
struct ConfigurationNote: Service {
    /// Who it is in the audit.
    static let actor = AuditActor.process("api")

    private let subject: AuditSubject
    private let audit: any AuditLog
    private let logger: Logger

    /// Makes the service.
    ///
    /// - Parameter given: the values that were given, without secrets.
    init(given: [String: String], audit: any AuditLog, logger: Logger) {
        subject = AuditSubject(.configuration, Self.digest(of: given))
        self.audit = audit
        self.logger = logger
    }

    /// Tells one configuration from another, and nothing else about it: half of the SHA-256 of what was given.
    static func digest(of given: [String: String]) -> String {
        var hash = SHA256()
        for (key, value) in given.sorted(by: { $0.key < $1.key }) {
            // No value holds a NUL, so that no two configurations are spelt alike.
            hash.update(data: Array("\(key)\0\(value)\0".utf8))
        }
        return hash.finalize().prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await writeUntilDone() }
        // Cancellation ends the wait just as a graceful shutdown does.
        try? await gracefulShutdown()
    }

    private func writeUntilDone() async {
        var delay = Duration.milliseconds(250)
        while !Task.isCancelled {
            do {
                return try await audit.write(.configurationLoad, subject, note: AuditNote(Self.actor))
            } catch {
                logger.debug("configuration not noted yet", metadata: ["error.message": "\(error)"])
            }
            // A cancelled sleep is the end of the loop.
            try? await Task.sleep(for: delay)
            delay = min(delay * 2, .seconds(5))
        }
    }
}
