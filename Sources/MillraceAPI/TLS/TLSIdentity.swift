import Logging
import Metrics
import MillraceConfiguration
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Who the API is to clients that connect by TLS: a certificate and its key, read again when their files change.
///
/// A connection keeps what it began with. A pair that cannot be used changes nothing but a log line and a metric.
final class TLSIdentity: Service {
    private struct State {
        var context: NIOSSLContext
        var versions: [FileVersion?]
    }

    private let files: TLSFiles
    private let interval: Duration
    private let now: @Sendable () -> Int
    private let logger: Logger
    private let loaded: Counter
    private let failed: Counter
    private let end: Gauge
    private let state: Mutex<State>

    /// Reads the files for the first time. Blocks.
    ///
    /// - Parameters:
    ///   - interval: how often they are looked at.
    ///   - now: the time in Unix seconds, by which a certificate has expired.
    /// - Throws: `ConfigurationError`.
    init(
        _ files: TLSFiles, interval: Duration = .seconds(2), metrics: any MetricsFactory, logger: Logger,
        now: @escaping @Sendable () -> Int = { time(nil) }
    ) throws(ConfigurationError) {
        // Before they are read: what changes meanwhile is read again.
        let versions = Self.versions(of: files)
        let pair = try files.load()
        self.files = files
        self.interval = interval
        self.now = now
        self.logger = logger
        loaded = Counter(label: "http.tls.reloads", dimensions: [("result", "ok")], factory: metrics)
        failed = Counter(label: "http.tls.reloads", dimensions: [("result", "failed")], factory: metrics)
        end = Gauge(label: "http.tls.certificate.end.seconds", factory: metrics)
        state = Mutex(State(context: pair.context, versions: versions))
        note(pair)
    }

    /// For the next connection.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Looks after the files until the process stops.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // A cancelled sleep is the end of the loop.
                try? await Task.sleep(for: self.interval)
                await self.reloadIfChanged()
            }
        }
    }

    /// Reads the files again when they are not what they were, on a thread that may block.
    func reloadIfChanged() async {
        // Refused only when the process ends.
        try? await NIOThreadPool.singleton.runIfActive { self.reload() }
    }

    private func reload() {
        let versions = Self.versions(of: files)
        guard state.withLock({ $0.versions }) != versions else { return }
        do throws(ConfigurationError) {
            let pair = try files.load()
            state.withLock { $0 = State(context: pair.context, versions: versions) }
            loaded.increment()
            logger.notice("certificate reloaded", metadata: ["file.path": "\(files.certificate)"])
            note(pair)
        } catch {
            // Said once for each state of the files; the next one may be whole.
            state.withLock { $0.versions = versions }
            failed.increment()
            logger.error("certificate not reloaded", metadata: ["error.message": "\(error)"])
        }
    }

    /// Tells when the certificate ends, and whether it has.
    private func note(_ pair: TLSPair) {
        end.record(pair.endsAt)
        guard pair.endsAt < now() else { return }
        logger.warning("certificate has expired", metadata: ["file.path": "\(files.certificate)"])
    }

    private static func versions(of files: TLSFiles) -> [FileVersion?] {
        [FileVersion(files.certificate), FileVersion(files.key)]
    }
}
