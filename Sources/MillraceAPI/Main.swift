import MillraceConfiguration

@main
struct Main {
    static func main() async {
        await ProcessBoot.main(.api) { boot in
            try await APIProcess(boot).run()
        }
    }
}
