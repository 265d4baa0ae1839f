import MillraceDomain
import Testing

struct JobKindTests {
    @Test(arguments: [
        "a", "noop", "users.import", "a_b-c.d9", "z" + String(repeating: ".", count: 127),
    ])
    func `a kind is accepted`(_ text: String) throws {
        #expect(try JobKind(text).text == text)
    }

    @Test(arguments: [
        "", "A", "Noop", "9a", ".a", "-a", "_a", "a b", "a/b", "aé", "a\n", "a\0", " a", "ａ",
        "a" + String(repeating: "b", count: 128),
    ])
    func `anything else is no kind`(_ text: String) {
        #expect(throws: FieldError("", .invalidFormat, "must match ^[a-z][a-z0-9._-]{0,127}$")) { try JobKind(text) }
    }
}

struct QueueNameTests {
    @Test(arguments: ["a", "default", "bulk-mail-2", "a-", "z" + String(repeating: "9", count: 62)])
    func `a queue's name is accepted`(_ text: String) throws {
        #expect(try QueueName(text).text == text)
    }

    @Test(arguments: [
        "", "A", "9", "-a", "a.b", "a_b", "a b", "aé", "a\n", "a\0", "default ",
        "a" + String(repeating: "b", count: 63),
    ])
    func `anything else is no queue's name`(_ text: String) {
        #expect(throws: FieldError("", .invalidFormat, "must match ^[a-z][a-z0-9-]{0,62}$")) { try QueueName(text) }
    }

    @Test func `jobs that name no queue wait in default`() throws {
        #expect(try QueueName.default == QueueName("default"))
    }
}
