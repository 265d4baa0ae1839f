import MillraceDomain
import Testing

@testable import MillracePostgres

@Suite struct BinaryFormatTests {
    struct Scalars: Equatable, CustomTestStringConvertible {
        var int8: Int64?, int4: Int32?, int2: Int16?, bool: Bool?, float8: Double?
        var text: String?, bytea: [UInt8]?, uuid: UniqueID?, time: Timestamp?

        var testDescription: String { "\(int8 ?? 0), \(time?.microseconds ?? 0) µs" }
    }

    static let echoScalars = Statement<Scalars>(
        name: "test_scalars", sql: "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9",
        parameters: [.int8, .int4, .int2, .bool, .float8, .text, .bytea, .uuid, .timestamptz], access: .read
    ) { row in
        Scalars(
            int8: try row.optional(), int4: try row.optional(), int2: try row.optional(), bool: try row.optional(),
            float8: try row.optional(), text: try row.optional(), bytea: try row.optional(),
            uuid: try row.optional(), time: try row.optional())
    }

    static let samples: [Scalars] = [
        Scalars(),
        Scalars(
            int8: .max, int4: .min, int2: -2, bool: true, float8: .greatestFiniteMagnitude, text: "a\u{301}ß🐘\"\\",
            bytea: [0, 255, 10], uuid: UniqueID(high: .max, low: 1),
            time: Timestamp(microseconds: 1_795_253_400_123_456)),
        Scalars(
            int8: .min, int4: 0, int2: .max, bool: false, float8: -0.1, text: "", bytea: [],
            uuid: UniqueID(high: 0, low: 0), time: Timestamp(microseconds: .max)),
        Scalars(float8: .infinity, time: Timestamp(microseconds: .min)),
    ]

    @Test(arguments: samples) func `every scalar comes back as it went`(_ sample: Scalars) async throws {
        try await TestDatabase.with { database async throws in
            let back = try await database.client.first(Self.echoScalars) {
                $0.append(sample.int8)
                $0.append(sample.int4)
                $0.append(sample.int2)
                $0.append(sample.bool)
                $0.append(sample.float8)
                $0.append(sample.text)
                $0.append(sample.bytea)
                $0.append(sample.uuid)
                $0.append(sample.time)
            }
            #expect(back == sample)
        }
    }

    @Test func `the server reads instants as we mean them`() async throws {
        let statement = Statement<String>(
            name: "test_instant", sql: "SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
            parameters: [.timestamptz], access: .read
        ) { try $0.value() }
        try await TestDatabase.with { database async throws in
            let text = try await database.client.first(statement) { $0.append(Timestamp(microseconds: 1_500_000)) }
            #expect(text == "1970-01-01 00:00:01.500000")
        }
    }

    @Test func `arrays with and without NULL come back as they went`() async throws {
        let statement = Statement<([String?], [UniqueID], [Int64], [Bool?])>(
            name: "test_arrays", sql: "SELECT $1, $2, $3, $4",
            parameters: [.textArray, .uuidArray, .int8Array, .boolArray], access: .read
        ) { (try $0.optionals(), try $0.array(), try $0.array(), try $0.optionals()) }
        let ids = [UniqueID(high: 1, low: 2), UniqueID(high: 3, low: 4)]
        try await TestDatabase.with { database async throws in
            let back = try await database.client.first(statement) {
                $0.append(optionals: ["a", nil, "", "ü"])
                $0.append(array: ids)
                $0.append(array: [Int64]())
                $0.append(optionals: [Bool?.none, true])
            }
            #expect(back?.0 == ["a", nil, "", "ü"])
            #expect(back?.1 == ids)
            #expect(back?.2 == [])
            #expect(back?.3 == [nil, true])
        }
    }

    @Test func `unnest pairs the arrays up row by row`() async throws {
        let statement = Statement<(Int32, String?, Timestamp?)>(
            name: "test_unnest", sql: "SELECT * FROM unnest($1, $2, $3) AS t (n, t, at)",
            parameters: [.int4Array, .textArray, .timestamptzArray], access: .read
        ) { (try $0.value(), try $0.optional(), try $0.optional()) }
        try await TestDatabase.with { database async throws in
            let rows = try await database.client.rows(statement) {
                $0.append(array: [Int32(1), 2])
                $0.append(optionals: [nil, "x"])
                $0.append(optionals: [Timestamp(microseconds: 5), nil])
            }
            #expect(rows.map(\.0) == [1, 2])
            #expect(rows.map(\.1) == [nil, "x"])
            #expect(rows.map(\.2) == [Timestamp(microseconds: 5), nil])
        }
    }

    @Test func `a column of another type is refused, not misread`() async throws {
        let statement = Statement<Int64>(
            name: "test_mistyped", sql: "SELECT clock_timestamp() AS at", access: .read
        ) { try $0.value() }
        try await TestDatabase.with { database async throws in
            let error = await #expect(throws: PostgresError.self) { try await database.client.first(statement) }
            #expect(error?.kind == .decoding)
            #expect(error?.message.contains("at") == true)
        }
    }

    @Test func `NULL where a value must be is refused`() async throws {
        let statement = Statement<Int64>(name: "test_null", sql: "SELECT NULL::int8", access: .read) { try $0.value() }
        try await TestDatabase.with { database async throws in
            let error = await #expect(throws: PostgresError.self) { try await database.client.first(statement) }
            #expect(error?.kind == .decoding)
        }
    }
}
