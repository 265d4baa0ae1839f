/// Which target may import which module. Dependencies point inward: executables, then the runtime and the
/// configuration, then adapters, then the domain. Adapters never see each other, executables never each other.
///
/// A new line here is a decision about the architecture, not a formality.
enum ImportTable {
    private static let adapters: Set = ["MillraceDynamoDB", "MillraceKafka", "MillracePostgres", "MillraceTelemetry"]
    private static let platform: Set = ["Darwin", "Dispatch", "FoundationEssentials", "Glibc", "Synchronization"]
    private static let composing = platform.union(adapters).union(["MillraceConfiguration", "MillraceDomain"])

    static let allowed: [String: Set<String>] = [
        "MillraceDomain": ["Crypto", "Darwin", "Glibc", "Synchronization"],

        // Adapters: one technology each.
        "MillracePostgres": platform.union([
            "CLibpq", "Crypto", "DequeModule", "Logging", "MillraceDomain", "ServiceLifecycle",
        ]),
        "MillraceKafka": platform.union([
            "CLibrdkafka", "Crypto", "DequeModule", "Logging", "MillraceDomain", "ServiceLifecycle",
        ]),
        "MillraceDynamoDB": platform.union([
            "AsyncHTTPClient", "Crypto", "Logging", "MillraceDomain", "NIOCore", "NIOHTTP1",
        ]),
        "MillraceTelemetry": platform.union([
            "AsyncHTTPClient", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging", "Metrics", "MillraceDomain",
            "NIOCore", "ServiceLifecycle", "Tracing",
        ]),

        // What runs jobs knows no store and no transport.
        "MillraceWorker": platform.union([
            "AsyncHTTPClient", "Crypto", "DequeModule", "Logging", "Metrics", "MillraceDomain", "NIOCore", "NIOHTTP1",
            "ServiceLifecycle", "Subprocess", "Tracing",
        ]),

        // What knows all adapters because it puts them together.
        "MillraceConfiguration": composing.union([
            "Configuration", "Logging", "Metrics", "ServiceLifecycle", "Yams",
        ]),
        "MillraceRuntime": composing.union([
            "Logging", "Metrics", "MillraceWorker", "ServiceLifecycle", "Tracing", "UnixSignals",
        ]),

        // Executables.
        "MillraceAPI": composing.union([
            "Crypto", "HTTPTypes", "Hummingbird", "HummingbirdCore", "Logging", "Metrics", "NIOCore", "NIOHTTP1",
            "NIOHTTP2",
            "NIOHTTPTypes", "NIOHTTPTypesHTTP1", "NIOHTTPTypesHTTP2", "NIOPosix", "NIOSSL", "NIOTLS",
            "ServiceLifecycle", "Tracing", "UnixSignals", "Yams",
        ]),
        "MillraceConsumer": composing.union([
            "Logging", "Metrics", "MillraceRuntime", "MillraceWorker", "ServiceLifecycle", "UnixSignals",
        ]),
        "MillraceCLI": composing.union([
            "ArgumentParser", "AsyncHTTPClient", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "ServiceLifecycle",
            "Subprocess", "SystemPackage",
        ]),

        // What tests of every module share knows the domain only, so that no module's tests build another's.
        "TestKit": ["MillraceDomain", "Synchronization", "Testing"],

        // The simulation runs the domain and the real decoder over fakes; no server, no real time.
        "Simulation": ["Dispatch", "MillraceDomain", "MillraceKafka", "Synchronization", "TestKit"],
        "Simulate": ["Darwin", "Glibc", "Simulation"],
    ]
}
