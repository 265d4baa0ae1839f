/// Text for pages.
enum HTML {
    /// The text with everything that means something in HTML written out.
    static func escape(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    /// The text as code.
    static func code(_ text: String) -> String { "<code>\(escape(text))</code>" }

    /// Paragraphs of prose in which `…` is code and **…** is strong; a mark without its partner stays what it is.
    static func prose(_ text: String) -> String {
        text.split(separator: "\n\n").map { "<p>\(inline(String($0)))</p>\n" }.joined()
    }

    /// The same for a few words, without a paragraph around them.
    static func inline(_ text: String) -> String {
        let marked = replacePairs(of: "`", in: escape(text), by: "code")
        return replacePairs(of: "**", in: marked, by: "strong")
    }

    private static func replacePairs(of mark: String, in text: String, by element: String) -> String {
        let pieces = text.split(separator: mark, omittingEmptySubsequences: false)
        // Between n marks there are n + 1 pieces: with an odd number of marks the last one has no partner.
        let isEven = pieces.count % 2 == 1
        return pieces.enumerated().map { index, piece in
            guard index % 2 == 1 else { return String(piece) }
            return isEven || index < pieces.count - 1 ? "<\(element)>\(piece)</\(element)>" : "\(mark)\(piece)"
        }.joined()
    }
}
