import MillraceDomain
import Testing

struct PageRequestTests {
    @Test func `a page has 50 items unless asked`() throws {
        #expect(try PageRequest().limit == 50)
    }

    @Test(arguments: [1, 2, 499, 500])
    func `a page may have 1 to 500 items`(_ limit: Int) throws {
        #expect(try PageRequest(limit: limit).limit == limit)
    }

    @Test(arguments: [0, -1, 501, .max, .min])
    func `no other limit is accepted`(_ limit: Int) {
        #expect(throws: FieldError("limit", .outOfRange, "must be between 1 and 500")) {
            try PageRequest(limit: limit)
        }
    }
}
