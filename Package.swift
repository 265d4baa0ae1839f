// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "millrace-api", targets: ["MillraceAPI"]),
        .executable(name: "millrace-consumer", targets: ["MillraceConsumer"]),
        .executable(name: "millrace", targets: ["MillraceCLI"]),
        .library(name: "MillraceDomain", targets: ["MillraceDomain"]),
        .library(name: "MillraceWorker", targets: ["MillraceWorker"]),
        .library(name: "MillraceRuntime", targets: ["MillraceRuntime"]),
        .library(name: "MillracePostgres", targets: ["MillracePostgres"]),
        // For tests only: programs load it first.
        .library(name: "WrongClock", type: .dynamic, targets: ["WrongClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML", "Reloading"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // MARK: The C libraries: a module map and a shim header each.
        .systemLibrary(
            name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CLibrdkafka", pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"]), .brew(["librdkafka"])]),

        // MARK: Domain: true without any technology.
        .target(
            name: "MillraceDomain",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

        // MARK: Adapters: each sees the domain, none sees another.
        .target(
            name: "MillracePostgres",
            dependencies: [
                "CLibpq", "MillraceDomain",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "MillraceDynamoDB",
            dependencies: [
                "MillraceDomain",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(
            name: "MillraceKafka",
            dependencies: [
                "CLibrdkafka", "MillraceDomain",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "MillraceTelemetry",
            dependencies: [
                "MillraceDomain",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "MillraceWorker",
            dependencies: [
                "MillraceDomain",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]),

        // MARK: What every process reads at boot: one configuration, handed to each adapter as its own settings.
        .target(
            name: "MillraceConfiguration",
            dependencies: [
                "MillraceDomain", "MillraceDynamoDB", "MillraceKafka", "MillracePostgres", "MillraceTelemetry",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]),

        // MARK: A whole consumer process as a library, so that one with handlers of its own is a ten-line main.
        .target(
            name: "MillraceRuntime",
            dependencies: [
                "MillraceConfiguration", "MillraceDomain", "MillraceKafka", "MillracePostgres",
                "MillraceTelemetry", "MillraceWorker",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),

        // MARK: migrations/*.sql and openapi.yaml as sources, so that a container needs no further files.
        .plugin(name: "EmbedMigrations", capability: .buildTool(), dependencies: ["TextEmbedder"]),
        .plugin(name: "EmbedContract", capability: .buildTool(), dependencies: ["TextEmbedder"]),
        .executableTarget(name: "TextEmbedder", path: "Plugins/TextEmbedder"),

        // MARK: Executables: composition roots; none sees another.
        .executableTarget(
            name: "MillraceAPI",
            dependencies: [
                "MillraceConfiguration", "MillraceDomain", "MillraceKafka", "MillracePostgres",
                "MillraceTelemetry",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP2", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            plugins: ["EmbedContract"]),
        .executableTarget(name: "MillraceConsumer", dependencies: ["MillraceRuntime"]),
        .executableTarget(
            name: "MillraceCLI",
            dependencies: [
                "MillraceConfiguration", "MillraceDomain", "MillraceKafka", "MillracePostgres",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            plugins: ["EmbedMigrations"]),

        // MARK: Tests: one target a module, and the kit they share.
        .target(
            name: "TestKit",
            dependencies: ["MillraceDomain"],
            path: "Tests/TestKit"),
        .target(
            name: "Simulation",
            dependencies: ["MillraceDomain", "MillraceKafka", "TestKit"],
            path: "Tests/Simulation"),
        // Runs as many seeds as one likes, optimised: `make simulate`.
        .executableTarget(name: "Simulate", dependencies: ["Simulation"], path: "Tests/Simulate"),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation"]),
        .testTarget(
            name: "MillraceDomainTests",
            dependencies: [
                "MillraceDomain", "TestKit",
            ]),
        .testTarget(
            name: "MillracePostgresTests",
            dependencies: [
                "MillraceDomain", "MillracePostgres", "TestKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "MillraceDynamoDBTests",
            dependencies: [
                "MillraceDomain", "MillraceDynamoDB", "TestKit",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(
            name: "MillraceKafkaTests",
            dependencies: [
                "MillraceDomain", "MillraceKafka", "TestKit",
                .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "MillraceTelemetryTests",
            dependencies: [
                "MillraceTelemetry",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "MillraceWorkerTests",
            dependencies: [
                "MillraceDomain", "MillraceWorker", "TestKit",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "MillraceConfigurationTests",
            dependencies: [
                "MillraceConfiguration", "MillraceDomain", "MillraceDynamoDB", "MillraceKafka", "MillracePostgres",
            ]),
        .testTarget(
            name: "MillraceAPITests",
            dependencies: [
                "MillraceAPI", "MillraceConfiguration", "MillraceDomain", "MillraceTelemetry", "TestKit",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "MillraceCLITests",
            dependencies: [
                "MillraceCLI", "MillraceConfiguration", "MillraceKafka",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "ArchitectureTests"),
        // The README's handlers in a consumer of their own.
        .executableTarget(
            name: "EmbeddedConsumer",
            dependencies: ["MillraceDomain", "MillracePostgres", "MillraceRuntime"],
            path: "Tests/EmbeddedConsumer"),
        // A wrong time of day for programs that load it first.
        .target(name: "WrongClock", path: "Tests/WrongClock"),
        .testTarget(
            name: "EndToEndTests",
            // The binaries are what it tests: they are built before it.
            dependencies: [
                "EmbeddedConsumer", "MillraceAPI", "MillraceCLI", "MillraceConsumer",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

// One set of rules for every Swift target.
for target in package.targets where target.type != .system && target.type != .plugin {
    target.swiftSettings = [
        // A warning left standing hides the next one.
        .treatAllWarnings(as: .error),
        // `any` shows where dynamic dispatch is paid for.
        .enableUpcomingFeature("ExistentialAny"),
        // A C type cannot leak into a public signature by accident.
        .enableUpcomingFeature("InternalImportsByDefault"),
        // Each file names the modules it uses.
        .enableUpcomingFeature("MemberImportVisibility"),
        // An async function stays on its caller's executor unless it says otherwise.
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
