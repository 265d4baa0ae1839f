import HTTPTypes
import Hummingbird
import MillraceDomain

/// Which page of which list is asked for, and how the next one is named.
struct PageQuery {
    /// The path of the list.
    private let path: String
    /// The filters in their canonical form, name and value in turn.
    private let filter: [String]
    /// The part of the list.
    let request: PageRequest

    /// Reads `limit` and `cursor`, after which nothing may be left in the query.
    ///
    /// - Parameter filter: the filters that were taken from the query before, with their values as they are
    ///   understood rather than as they were spelt.
    /// - Throws: `DomainError.invalid` with every fault of the query.
    init(
        _ query: inout QueryParameters, path: String, filter: KeyValuePairs<String, String?> = [:]
    ) throws(DomainError) {
        let filter = filter.flatMap { name, value in value.map { [name, $0] } ?? [] }
        let limit = query.take("limit") { (text) throws(FieldError) in
            guard let limit = Int(text), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw FieldError("", .wrongType, "must be a whole number")
            }
            return try PageRequest(limit: limit).limit
        }
        let after = query.take("cursor") { (text) throws(FieldError) in
            try Cursor.decode(text, filter: [path] + filter)
        }
        try query.finish()
        do { request = try PageRequest(limit: limit ?? PageRequest.defaultLimit, after: after) } catch {
            throw .invalid([error])
        }
        self.path = path
        self.filter = filter
    }

    /// The answer: the items, the cursor of the next page, and a link to it (RFC 8288).
    func response<Item>(_ page: Page<Item>, _ write: (Item, inout JSONWriter) -> Void) -> Response {
        let cursor = page.next.map { Cursor.encode($0, filter: [path] + filter) }
        var headers: HTTPFields = [:]
        if let cursor { headers[.link] = "<\(target(cursor))>; rel=\"next\"" }
        return .json(headers: headers, capacity: 1024 * (page.items.count + 1)) { json in
            json.beginObject()
            json.name("items")
            json.beginArray()
            for item in page.items { write(item, &json) }
            json.endArray()
            json.name("next_cursor")
            json.value(cursor)
            json.endObject()
        }
    }

    private func target(_ cursor: String) -> String {
        var parts: [String] = []
        for index in stride(from: 0, to: filter.count, by: 2) {
            parts.append("\(filter[index])=\(PercentCoding.encode(filter[index + 1]))")
        }
        return "\(path)?" + (parts + ["limit=\(request.limit)", "cursor=\(cursor)"]).joined(separator: "&")
    }
}
