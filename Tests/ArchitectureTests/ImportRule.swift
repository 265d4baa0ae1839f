/// One import declaration.
struct ImportLine: Equatable {
    /// Its place in the list of lines, from 0.
    let index: Int
    /// The module's name, without the parts after a dot.
    let module: String
    /// Whether it shows the module to those who import this one.
    let isVisible: Bool
}

extension SourceFile {
    /// Every import of the file, also one under a condition or among other statements of its line.
    var imports: [ImportLine] {
        lines.enumerated().flatMap { index, line in
            line.split(separator: ";").compactMap { Self.importLine(index, $0) }
        }
    }

    private static func importLine(_ index: Int, _ statement: Substring) -> ImportLine? {
        let words = statement.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let keyword = words.firstIndex(of: "import"),
            words[..<keyword].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains($0) })
        else { return nil }
        let rest = words[(keyword + 1)...].drop { declarationKinds.contains($0) }
        guard let module = rest.first?.split(separator: ".").first else { return nil }
        let isVisible = words[..<keyword].contains { $0 == "public" || $0 == "@_exported" || $0 == "package" }
        return ImportLine(index: index, module: String(module), isVisible: isVisible)
    }

    private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    private static let declarationKinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]

    /// What the table forbids of this file.
    var forbiddenImports: [String] {
        guard let allowed = ImportTable.allowed[target] else {
            return ["\(path):1: the target \(target) is not in the import table"]
        }
        return imports.filter { $0.module != target && !allowed.contains($0.module) }
            .map { "\(place($0.index)): \(target) may not import \($0.module)" }
    }

    /// Imports of C that would show C types to other modules.
    var visibleCImports: [String] {
        imports.filter { $0.module.hasPrefix("CLib") && $0.isVisible }
            .map { "\(place($0.index)): \($0.module) must stay inside \(target)" }
    }
}
