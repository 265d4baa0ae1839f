import MillraceRuntime

/// The consumer with the built-in handlers and those that are configured.
@main
struct Consumer {
    static func main() async {
        await ConsumerProcess.main()
    }
}
