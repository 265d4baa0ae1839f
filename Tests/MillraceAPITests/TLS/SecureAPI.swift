import MillraceTelemetry
import TestKit

@testable import MillraceAPI

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The API by TLS, and where its certificates are.
struct SecureAPI: Sendable {
    let api: TestAPI
    let identity: TLSIdentity
    let folder: CertificateFolder

    /// Makes certificates, of which the first is in use.
    ///
    /// - Parameter lead: how many seconds later than it is they are judged.
    init(
        _ names: [String] = ["a"], interval: Duration = .seconds(3600), lead: Int = 0,
        _ adjust: (inout APISettings) -> Void = { _ in }
    ) async throws {
        folder = try CertificateFolder()
        for name in names { try await folder.make(name) }
        try folder.use(names[0], names[0])
        let (metrics, lines) = (MetricsRegistry(), Recorder<LogLine>())
        identity = try folder.identity(interval: interval, metrics: metrics, lines: lines) { time(nil) + lead }
        api = TestAPI(identity: identity, metrics: metrics, lines: lines, adjust)
    }
}
