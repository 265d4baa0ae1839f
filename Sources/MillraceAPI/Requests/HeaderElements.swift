/// The elements of a header field that is a list (RFC 9110 section 5.6.1).
enum HeaderElements {
    /// The elements, commas inside quotes kept, white space around them and empty ones left out.
    static func split(_ value: String, at separator: UInt8 = UInt8(ascii: ",")) -> [Substring] {
        var elements: [Substring] = []
        var isQuoted = false
        var isEscaped = false
        let text = value.utf8
        var start = text.startIndex
        func add(upTo end: String.Index) {
            let element = trim(value[start..<end])
            if !element.isEmpty { elements.append(element) }
        }
        for index in text.indices {
            switch text[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isQuoted: isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case separator where !isQuoted:
                add(upTo: index)
                start = text.index(after: index)
            default: break
            }
        }
        add(upTo: text.endIndex)
        return elements
    }

    /// The text without the spaces and tabs at its ends.
    static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text.removeFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text.removeLast() }
        return text
    }
}
