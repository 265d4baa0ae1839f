import Testing

/// Reads the text format strictly: HELP and TYPE before samples, no family twice, no series twice, histograms whole.
enum StrictParser {
    struct Refused: Error {
        let line: String
        let reason: String
    }

    typealias Samples = [String: [[String: String]: Double]]

    static func parse(_ text: String) throws -> Samples {
        guard text.isEmpty || text.unicodeScalars.last == "\n" else {
            throw Refused(line: "", reason: "no line feed at the end")
        }
        var reader = Reader()
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        lines.removeLast()
        for line in lines { try reader.read(line) }
        try reader.checkHistograms()
        return reader.samples
    }

    private struct Reader {
        var samples: Samples = [:]
        var kinds: [String: String] = [:]
        var helped: Set<String> = []
        var current = ""

        mutating func read(_ line: String) throws {
            if line.hasPrefix("# HELP ") {
                let name = String(line.dropFirst(7).prefix { $0 != " " })
                try require(helped.insert(name).inserted, line, "HELP twice")
                current = name
            } else if line.hasPrefix("# TYPE ") {
                let words = line.dropFirst(7).split(separator: " ").map(String.init)
                try require(words.count == 2 && words[0] == current && kinds[current] == nil, line, "TYPE misplaced")
                try require(["counter", "gauge", "histogram"].contains(words[1]), line, "unknown type")
                kinds[current] = words[1]
            } else {
                try readSample(line)
            }
        }

        private mutating func readSample(_ line: String) throws {
            var rest = line.unicodeScalars[...]
            let name = String(rest.prefix { $0 != "{" && $0 != " " })
            rest = rest.dropFirst(name.unicodeScalars.count)
            try require(name.wholeMatch(of: /[a-zA-Z_:][a-zA-Z0-9_:]*/) != nil, line, "bad name")
            let suffixes = kinds[current] == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
            try require(suffixes.contains { current + $0 == name }, line, "sample of another family")
            if kinds[current] == "counter" { try require(name.hasSuffix("_total"), line, "counter without _total") }
            let labels = try readLabels(&rest, line)
            try require(rest.first == " ", line, "no space before the value")
            let number = String(rest.dropFirst())
            let value = try #require(Double(number), "\(line)")
            try require(samples[name, default: [:]].updateValue(value, forKey: labels) == nil, line, "series twice")
        }

        private func readLabels(_ rest: inout Substring.UnicodeScalarView, _ line: String) throws -> [String: String] {
            guard rest.first == "{" else { return [:] }
            var labels: [String: String] = [:]
            repeat {
                rest = rest.dropFirst()
                let name = String(rest.prefix { $0 != "=" })
                try require(name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil, line, "bad label name")
                rest = rest.dropFirst(name.unicodeScalars.count + 1)
                try require(rest.first == "\"", line, "no quote")
                rest = rest.dropFirst()
                let value = try readQuoted(&rest, line)
                try require(labels.updateValue(value, forKey: name) == nil, line, "label twice")
            } while rest.first == ","
            try require(rest.first == "}", line, "no closing brace")
            rest = rest.dropFirst()
            return labels
        }

        private func readQuoted(_ rest: inout Substring.UnicodeScalarView, _ line: String) throws -> String {
            var value = String.UnicodeScalarView()
            while let scalar = rest.popFirst(), scalar != "\"" {
                guard scalar == "\\" else {
                    value.append(scalar)
                    continue
                }
                let escapes: [Unicode.Scalar: Unicode.Scalar] = ["\\": "\\", "\"": "\"", "n": "\n"]
                let escape = rest.popFirst().flatMap { escapes[$0] }
                value.append(try #require(escape, "bad escape in \(line)"))
            }
            return String(value)
        }

        func checkHistograms() throws {
            for (name, kind) in kinds where kind == "histogram" {
                for (labels, count) in samples["\(name)_count"] ?? [:] {
                    var infinite = labels
                    infinite["le"] = "+Inf"
                    try require(samples["\(name)_bucket"]?[infinite] == count, name, "+Inf is not _count")
                    try require(samples["\(name)_sum"]?[labels] != nil, name, "no _sum")
                }
            }
        }

        private func require(_ condition: Bool, _ line: String, _ reason: String) throws {
            guard condition else { throw Refused(line: line, reason: reason) }
        }
    }
}
