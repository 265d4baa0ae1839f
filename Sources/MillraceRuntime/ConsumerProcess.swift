import MillraceConfiguration
public import MillraceDomain

/// A consumer as a whole process: configuration, stores, topics, worker, health and metrics.
///
/// ```swift
/// @main
/// struct ThumbnailConsumer {
///     static func main() async {
///         await ConsumerProcess.main(handlers: ["thumbnail": Thumbnail()])
///     }
/// }
/// ```
public enum ConsumerProcess {
    /// Runs the process until SIGTERM or SIGINT, drains, and exits: 0 after an orderly end, 78 for a bad
    /// configuration, 1 for anything else.
    ///
    /// - Parameters:
    ///   - handlers: the code for the kinds that the configuration gives the `swift` driver, by kind; the built-in
    ///     kinds need none. A name that is no kind, or is given twice, stops the process.
    ///   - transactional: the same for code whose writes commit together with the job's success.
    public static func main(
        handlers: [String: any JobHandler] = [:], transactional: [String: any TransactionalJobHandler] = [:]
    ) async -> Never {
        await ProcessBoot.main(.consumer) { boot in
            try await run(boot, EmbeddedHandlers(plain: handlers, transactional: transactional))
        }
    }
}
