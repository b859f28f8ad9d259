internal import Requests

/// A job: one byte for its kind, then the payload's JSON.
package struct RequestTarget: FuzzTarget {
    package static let name = "request"

    package init() {}

    package func run(_ input: [UInt8]) throws {
        guard let first = input.first else { return }
        let kind = JobKind.allCases[Int(first) % JobKind.allCases.count]
        let payload = try JSONValue(parsing: String(decoding: input.dropFirst(), as: UTF8.self))
        let written = try JSONValue(parsing: payload.text())
        precondition(written == payload, "JSON changes when it is written")
        let (request, resolved) = try JobRequest.decode(kind: kind, payload: payload, drawnSeed: 7)
        precondition(request.kind == kind)
        let again = try JobRequest(
            kind: kind,
            payload: JSONValue(parsing: resolved.text()),
            drawnSeed: 9
        )
        precondition(again == request, "the resolved payload is another request")
    }

    package func seeds() -> [[UInt8]] {
        let hash = String(repeating: "ab", count: 32)
        let payloads = [
            (
                JobKind.generate,
                #"{"prompt":"a {subject} on the beach","adapter":"rex","seed":7,"count":4,"#
                    + #""subjects":[{"class":"dog","images":["rex/1.jpg",{"sha256":""# + hash
                    + #""}],"scale":0.5}],"width":64,"height":128,"steps":5,"guidance_scale":7.5,"sampler":"euler"}"#
            ),
            (
                .generate,
                #"{"prompts":["a","b"],"base":"hf:org/name@main","negative_prompt":"","prompt_overflow":"error"}"#
            ),
            (.train, #"{"dataset":"job:1","base":"small-world","steps":10,"seed":-1,"batch":2}"#),
            (
                .train,
                #"{"dataset":"data","learning_rate":1e-4,"optimizer":{},"checkpoints":{"every":5},"validation":{}}"#
            ),
            (.pretrain, #"{"dataset":"job:1","part":"unet","steps":10}"#),
            (.evaluate, #"{"generation":"job:2","judge":"clip","metrics":["clip_t"]}"#),
            (.prepare, #"{"count":8,"seed":3,"views":4}"#),
        ]
        // One payload of each kind with every field, for the names of them all.
        let fields = JobKind.allCases.map { kind in
            let names = JobRequest.fields(of: kind).map(\.path).filter { !$0.contains(".") }
            return (kind, "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}")
        }
        return (payloads + fields).map { kind, json in
            let place = JobKind.allCases.firstIndex(of: kind) ?? 0
            return [UInt8(place)] + Array(json.utf8)
        }
    }
}
