import MillraceDomain

/// What happened, a line a thing: step, time, who, what, and what came of it.
final class Trace {
    let isOn: Bool
    private(set) var lines: [String] = []

    init(isOn: Bool) {
        self.isOn = isOn
    }

    func add(_ step: Int, _ time: Duration, _ who: String, _ action: String, _ result: String) {
        let millis = time.milliseconds
        let clock = "\(millis / 1000).\(String(millis % 1000 + 1000).dropFirst())"
        lines.append(
            Self.padded("\(step)", 6) + Self.padded(clock, 9) + "  " + who
                + String(repeating: " ", count: max(1, 11 - who.count))
                + action + (result.isEmpty ? "" : " → " + result))
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
