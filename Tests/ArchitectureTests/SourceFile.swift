#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A Swift file of this package.
struct SourceFile {
    /// Its path from the package's root, `Sources/MillraceDomain/Jobs/Job.swift`.
    let path: String
    /// Its lines; the first one is line 1.
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        // A final newline ends the last line, it does not begin another.
        let body = text.hasSuffix("\n") ? text.dropLast() : text[...]
        lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The names of its folders, without `Sources` or `Tests`, and at last its own.
    var components: [Substring] { Array(path.split(separator: "/").dropFirst()) }

    /// The target to which it belongs.
    var target: String { components.first.map { String($0) } ?? "" }

    /// A line's place as compilers tell it.
    func place(_ index: Int) -> String { "\(path):\(index + 1)" }
}

/// The Swift files of this package, found from where this file lies.
enum SourceTree {
    private static let root = #filePath.split(separator: "/").dropLast(3)
        .reduce(into: "") { $0 += "/" + $1 }

    /// All Swift files under a folder of the root.
    static func files(under folder: String) throws -> [SourceFile] {
        let manager = FileManager.default
        return try manager.subpathsOfDirectory(atPath: "\(root)/\(folder)").sorted()
            .filter { $0.hasSuffix(".swift") && !$0.contains(".build/") }
            .map { path in
                let data = try Data(contentsOf: URL(filePath: "\(root)/\(folder)/\(path)"))
                return SourceFile(path: "\(folder)/\(path)", text: String(decoding: data, as: UTF8.self))
            }
    }

    /// The lines of every block of a document of the root that is marked as being of a language.
    static func codeBlocks(of document: String, in language: String) throws -> [[Substring]] {
        let text = String(decoding: try Data(contentsOf: URL(filePath: "\(root)/\(document)")), as: UTF8.self)
        var blocks: [[Substring]] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if isInside, line == "```" {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            } else if line == "```\(language)" {
                isInside = true
                blocks.append([])
            }
        }
        return blocks
    }
}
