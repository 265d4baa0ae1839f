import MillraceRuntime

/// A consumer with handlers of its own, made as the README says, with the README's handlers; the end-to-end tests run it.
@main
struct EmbeddedConsumer {
    static func main() async {
        await ConsumerProcess.main(
            handlers: ["stubborn": Stubborn(), "thumbnail": Thumbnail()], transactional: ["charge": Charge()])
    }
}
