import Hummingbird
import HummingbirdCore
import Logging
import MillraceTelemetry
import NIOCore
import ServiceLifecycle

/// The HTTP edge, built and ready to run.
struct API: Sendable {
    let settings: APISettings
    let responder: Responder
    let watcher: JobWatcher
    let deadlines: AnswerDeadlines
    let health: HealthChecks
    let refusals: Refusals
    /// Who it is to clients by TLS; nil without.
    var identity: TLSIdentity?
    let logger: Logger

    /// The listener and what answers behind it.
    ///
    /// - Parameter onListening: called once with the bound port, before the first request is served.
    func application(
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> Application<Responder> {
        let (limits, refusals, logger) = (settings.connection, refusals, logger)
        let connections = OpenConnections(limit: settings.maxConnections, maxUnsentBytes: settings.maxUnsentBytes)
        // The framework announces every start and stop; only its warnings are news.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            responder: responder,
            server: HTTPServerBuilder { [identity] responder in
                let edge = EdgeChannel(
                    responder: responder, limits: limits, refusals: refusals, connections: connections)
                guard let identity else { return edge }
                return TLSEdgeChannel(identity: identity, edge: edge)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(connections.limitWithSpare, logger: quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                logger.notice("listening", metadata: ["http.port": "\(port)"])
                await onListening(port)
            },
            logger: quiet)
    }

    /// What runs, in order of dependency: a stop goes through it backwards.
    func services(onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }) -> [any Service] {
        let first: [any Service] = identity.map { [$0] } ?? []
        return first + [
            watcher, deadlines, application(onListening: onListening),
            DrainNotice(health: health, watcher: watcher, pause: settings.shutdownPause, logger: logger),
        ]
    }

    /// How long a graceful stop can take before everything left is cancelled.
    var longestShutdown: Duration { settings.shutdownPause + settings.connection.drain + .seconds(6) }
}
