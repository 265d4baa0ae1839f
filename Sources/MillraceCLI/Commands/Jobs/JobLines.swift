import MillraceDomain

/// A job as a person reads it: a member a line.
enum JobLines {
    /// Prints a job that the API answered.
    static func say(_ job: JSONText, asJSON: Bool) {
        if asJSON { return Console.say(job.text) }
        for line in lines(of: job) { Console.say(line) }
    }

    /// Its members in the order of the API; null ones are left out.
    static func lines(of job: JSONText) -> [String] {
        let members = (job.members ?? []).filter { $0.value.kind != .null }
        let width = members.map(\.name.count).max() ?? 0
        return members.map { name, value in
            let padding = String(repeating: " ", count: width - name.count)
            return "\(name)\(padding)  \(Table.harmless(value.string ?? value.text))"
        }
    }
}
