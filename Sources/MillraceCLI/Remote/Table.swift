import MillraceDomain

/// Rows of words in columns for people; scripts take JSON.
struct Table {
    private let names: [String]
    private var rows: [[String]] = []

    /// Makes a table with these columns.
    init(_ names: String...) {
        self.names = names
    }

    /// Adds a row. What is absent shows as a dash; control characters, which could speak to the terminal, as spaces.
    mutating func add(_ cells: String?...) {
        rows.append(cells.map { $0.map(Self.harmless) ?? "-" })
    }

    /// Its lines, the names of the columns first; without them nothing when there are no rows.
    var lines: [String] {
        guard !rows.isEmpty else { return [] }
        let all = [names] + rows
        let widths = names.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = zip(row, widths).dropLast().map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (cells + row.suffix(1)).joined(separator: "  ")
        }
    }

    /// Text from outside, safe to print on one line.
    static func harmless(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
