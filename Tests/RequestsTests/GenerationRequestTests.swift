import Requests
import Testing

/// The payload of a small, complete generate job.
private let payload = """
    {
      "prompt": "a {subject} on the beach", "adapter": "rex", "seed": 7, "count": 4,
      "subjects": [{"class": "dog", "images": ["rex/1.jpg", {"sha256": "\(hash)"}], "scale": 0.5}]
    }
    """
private let hash = String(repeating: "ab", count: 32)

private func decode(_ text: String, seed: Int = 5) throws -> GenerationRequest {
    let value = try JSONValue(parsing: text)
    guard
        case .generate(let request) = try JobRequest(
            kind: .generate,
            payload: value,
            drawnSeed: seed
        )
    else {
        throw RequestError(path: "$", problem: "another kind")
    }
    return request
}

/// The payload with one member of the top object replaced.
private func payload(with name: String, _ value: JSONValue?) throws -> JSONValue {
    guard case .object(var members) = try JSONValue(parsing: payload) else { return .null }
    members[name] = value
    return .object(members)
}

@Suite struct GenerationRequestTests {
    @Test func completePayloadIsRead() throws {
        let request = try decode(payload)
        #expect(request.base == .folder("small-world"))
        #expect(request.adapter == .folder("rex"))
        #expect(request.prompts == ["a {subject} on the beach"])
        #expect(request.text(of: request.prompts[0]) == "a dog on the beach")
        #expect(request.subjects[0].className == "dog")
        #expect(request.subjects[0].images[0] == FileReference(path: "rex/1.jpg"))
        #expect(request.subjects[0].images[1].relativePath == "sha256/ab/\(hash)")
        #expect(request.subjects[0].scale == 0.5)
        #expect(request.seed == 7)
        #expect(request.count == 4)
        #expect(request.width == nil)
        #expect(request.sampler == .ddim)
        #expect(request.guidanceScale == 7.5)
        #expect(request.usesLocationMask)
    }

    @Test(arguments: ["{}", "{\"seed\": -1}", "{\"seed\": null}"])
    func openSeedIsTheDrawnOne(_ text: String) throws {
        guard case .object(let seed) = try JSONValue(parsing: text) else { return }
        let value = try payload(with: "seed", seed["seed"])
        #expect(try decode(value.text(), seed: 99).seed == 99)
    }

    @Test func resolvedPayloadNamesEveryDefaultAndDecodesToTheSameRequest() throws {
        let value = try JSONValue(parsing: payload)
        let (request, resolved) = try JobRequest.decode(
            kind: .generate,
            payload: value,
            drawnSeed: 0
        )
        #expect(resolved["steps"] == .integer(50))
        #expect(resolved["sampler"] == .string("ddim"))
        #expect(
            try JobRequest(kind: .generate, payload: resolved, drawnSeed: 3) == request
        )
    }

    @Test(
        arguments: [
            (
                "stepps", .integer(3),
                "$.stepps: expected a known field, found \"stepps\"; did you mean \"steps\"?"
            ),
            (
                "steps", .string("many"),
                "$.steps: expected an integer 1 … 1000, found \"many\"; write a whole number without quotes."
            ),
            (
                "steps", .integer(0),
                "$.steps: expected an integer 1 … 1000, found 0; choose one in that range."
            ),
            (
                "width", .integer(65),
                "$.width: expected a multiple of 8, found 65; 64 is the nearest."
            ),
            (
                "sampler", .string("eular"),
                "$.sampler: expected one of ddim, euler, dpmpp_2m, pndm, found \"eular\"; did you mean \"euler\"?"
            ),
            (
                "subjects", .string("rex"),
                "$.subjects: expected an array of 0 … 4, found \"rex\"; write […] around it."
            ),
            (
                "subjects", .array([.integer(1)]),
                "$.subjects[0]: expected an object, found 1; write {\"field\": value, …}."
            ),
            (
                "location_mask", .integer(1),
                "$.location_mask: expected true or false, found 1; write it without quotes."
            ),
            (
                "seed", .number(0.5),
                "$.seed: expected an integer 0 … 9007199254740991 or -1, found 0.5; leave it out to have one drawn."
            ),
            (
                "adapter", nil,
                "$.adapter: expected an adapter for the subjects, found none; name one, or write \"method\": \"text_only\"."
            ),
            (
                "adapter", .string("job:x"),
                "$.adapter: expected a job number after \"job:\", found \"job:x\"; write job:12."
            ),
            (
                "prompt", nil,
                "$.prompt: expected a prompt, found none; write \"prompt\" or \"prompts\"."
            ),
            (
                "prompts", .array(["a dog"]),
                "$.prompt: expected either \"prompt\" or \"prompts\", found both; keep one."
            ),
            (
                "prompt", .string("on the beach"),
                "$.subjects[0].class: expected the prompt to name \"dog\", found \"on the beach\"; write {subject} or the noun in it."
            ),
        ] as [(String, JSONValue?, String)]
    )
    func mistakeIsOneSentence(_ name: String, _ value: JSONValue?, _ sentence: String) throws {
        let value = try payload(with: name, value)
        let error = try #require(throws: RequestError.self) { try decode(value.text()) }
        #expect(error.description == sentence)
    }

    @Test(
        arguments: [
            ("/etc/passwd", "found an absolute one"),
            ("../secret.png", "found \"..\" in it"),
            ("a/../../b.png", "found \"..\" in it"),
            ("a//b.png", "empty or \".\" part"),
            ("./a.png", "empty or \".\" part"),
            ("", "found an empty string"),
            ("a\nb", "a control character"),
        ]
    )
    func pathOutOfTheRootIsRefused(_ path: String, _ words: String) throws {
        let subject: JSONValue = ["class": "dog", "images": [.string(path)]]
        let value = try payload(with: "subjects", [subject])
        let error = try #require(throws: RequestError.self) { try decode(value.text()) }
        #expect(error.path == "$.subjects[0].images[0]")
        #expect(error.problem.contains(words))
    }

    @Test func picturesOfAllPromptsTogetherAreLimited() throws {
        var value = try payload(with: "prompt", nil)
        guard case .object(var members) = value else { return }
        members["prompts"] = .array(Array(repeating: "a dog", count: 64))
        members["count"] = 17
        value = .object(members)
        let error = try #require(throws: RequestError.self) { try decode(value.text()) }
        #expect(error.path == "$.count")
    }

    @Test func brokenJSONIsToldWithItsPlace() throws {
        let error = try #require(throws: RequestError.self) { try JSONValue(parsing: "{\"a\": }") }
        #expect(error.path == "$")
        #expect(error.problem.contains("around character 6"))
    }
}
