import Postgres
import Testing

/// Array literals, against themselves and against the server.
struct PostgresArrayTextTests {
    /// Texts made of the characters that array literals treat specially, and some others.
    private static func text(using random: inout some RandomNumberGenerator) -> String {
        let alphabet: [Unicode.Scalar] = [
            "{", "}", ",", "\"", "\\", " ", "\n", "a", "N", "U", "L", "ü", "🦆", "\u{301}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            text.append(alphabet.randomElement(using: &random)!)
        }
        return String(text)
    }

    static func elements(seed: UInt64) -> [String?] {
        var random = SplitMix(state: seed)
        return (0..<Int.random(in: 0...6, using: &random)).map { _ in
            Bool.random(using: &random)
                ? text(using: &random) : Bool.random(using: &random) ? "NULL" : nil
        }
    }

    /// Equal unicode scalar by unicode scalar: PostgreSQL knows no canonical equivalence.
    static func areIdentical(_ left: [String?]?, _ right: [String?]?) -> Bool {
        left?.map { $0.map { Array($0.unicodeScalars) } }
            == right?.map { $0.map { Array($0.unicodeScalars) } }
    }

    @Test func whatIsEncodedIsDecoded() {
        for seed in 0..<2_000 as Range<UInt64> {
            let elements = Self.elements(seed: seed)
            let decoded = PostgresArrayText.decode(PostgresArrayText.encode(elements))
            #expect(Self.areIdentical(decoded, elements), "seed \(seed)")
        }
    }

    @Test(.needsPostgres) func theServerReadsWhatIsEncodedAndWritesWhatIsDecoded() throws {
        let connection = try TestServer.connection()
        for seed in 0..<300 as Range<UInt64> {
            let elements = Self.elements(seed: seed)
            let row = try connection.run(
                "SELECT a::text AS literal, to_json(a)::text AS json, cardinality(a) AS count FROM (SELECT \(elements)::text[] AS a) t"
            )[0]
            #expect(
                Self.areIdentical(PostgresArrayText.decode(try row.value("literal")), elements),
                "seed \(seed)"
            )
            #expect(try row.value("count") == elements.count)
        }
    }

    @Test(arguments: [
        "", "{", "}", "{a", "{a,}", "{,a}", "{{a}}", #"{"a}"#, #"{"a"b}"#, "{a}b", "{a b\"c}",
        #"{"a\"#,
    ])
    func whatIsNoArrayIsRefused(literal: String) {
        #expect(PostgresArrayText.decode(literal) == nil)
    }

    @Test func integersAndTruthValuesAreRead() {
        #expect([Int](postgresText: "{1,-2,9223372036854775807}") == [1, -2, .max])
        #expect([Int](postgresText: "{1,NULL}") == nil)
        #expect([Bool](postgresText: "{t,f}") == [true, false])
        #expect([String](postgresText: "{}") == [])
    }
}

/// A small generator of random numbers with a seed (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
