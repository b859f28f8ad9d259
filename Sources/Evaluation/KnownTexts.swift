/// Texts that a judge has read: many are asked for again and again.
struct KnownTexts {
    private let judge: CLIPJudge
    private var known: [String: UnitEmbedding] = [:]

    init(_ judge: CLIPJudge) { self.judge = judge }

    /// The directions of texts, in their order.
    mutating func embeddings(of texts: [String]) throws -> [UnitEmbedding] {
        let missing = Set(texts).filter { known[$0] == nil }.sorted()
        for (text, embedding) in zip(missing, try judge.embeddings(of: missing)) {
            known[text] = embedding
        }
        return texts.compactMap { known[$0] }
    }
}
