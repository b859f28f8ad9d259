internal import CLIP
package import Tensors

extension PromptEncoder {
    /// The prompts in the S⁺ space: for each component, the texts with that component's feature at the
    /// placeholders.
    ///
    /// The text encoder is causal, so what stands before the first placeholder is the same in all passes
    /// and is computed once.
    ///
    /// - Parameters:
    ///   - prompts: N prompts; each has a placeholder per subject, or none and then no subject.
    ///   - subjects: What takes the placeholders, in the order of the prompts' placeholders.
    /// - Returns: Per component, `[N, T, d]`.
    package func encode(_ prompts: [SubjectPrompt], subjects: [SubjectComponents]) -> [Tensor] {
        precondition(!subjects.isEmpty, "without a subject there is no S⁺")
        let componentCount = subjects[0].features.shape[1]
        var firstColumn = 0
        let states = stages.indices.map { index in
            let width = stages[index].model.configuration.width
            defer { firstColumn += width }
            return encode(
                prompts,
                subjects: subjects,
                stage: index,
                columns: firstColumn..<firstColumn + width
            )
        }
        let tokens = concatenated(states, axis: 2)  // [N·l, T, d]
        let (length, width) = (tokens.shape[1], tokens.shape[2])
        let byComponent = tokens.reshaped(to: [prompts.count, componentCount, length, width])
        return (0..<componentCount).map { component in
            byComponent.sliced(axis: 1, component..<component + 1)
                .reshaped(to: [prompts.count, length, width])
        }
    }

    /// The hidden states of one text encoder, all components of a sample beside each other: `[N·l, T, w]`.
    ///
    /// - Parameter columns: The part of the features that belongs to this encoder.
    private func encode(
        _ prompts: [SubjectPrompt],
        subjects: [SubjectComponents],
        stage index: Int,
        columns: Range<Int>
    ) -> Tensor {
        let stage = stages[index]
        let repeats = subjects[0].features.shape[1]
        let texts = prompts.indices.map { sample in
            PlacedText(
                prompts[sample],
                stage: index,
                isPresent: subjects.map { $0.isPresent[sample] }
            )
        }
        let start = texts.compactMap(\.firstPlaceholder).min() ?? 1
        let embeddings = stage.model.tokenEmbeddings(ids: texts.map(\.ids))  // [N, T, w]
        let prefix = stage.model.encodePrefix(embeddings: embeddings.sliced(axis: 1, 0..<start))
        let rest = embeddings.sliced(axis: 1, start..<embeddings.shape[1])
        var suffix = rest.repeated(repeats, axis: 0)  // [N·l, T − start, w]
        for (number, subject) in subjects.enumerated() {
            let positions = texts.map { ($0.positions[number] ?? start) - start }
            let norms = texts.map { nounNorm($0.nounTokens[number], stage: stage) }
            let rows = replacementRows(
                for: subject,
                columns: columns,
                norms: norms,
                own: own(rest, positions: positions)
            )
            suffix = suffix.replacingTokens(
                at: positions.flatMap { repeatElement($0, count: repeats) },
                with: rows
            )
        }
        let output = stage.model.encode(
            suffix: suffix,
            after: prefix,
            repeats: repeats,
            eosPositions: texts.flatMap { repeatElement($0.endPosition, count: repeats) }
        )
        return stage.tokens(of: output)
    }

    /// The features brought to the norm of the noun's embedding, `e = f / ‖f‖ · ‖E[noun]‖` (as NeTI
    /// does), or the text's own row where the subject is absent: `[N·l, w]`.
    private func replacementRows(
        for subject: SubjectComponents,
        columns: Range<Int>,
        norms: [Float],
        own: Tensor
    ) -> Tensor {
        let (count, repeats) = (subject.features.shape[0], subject.features.shape[1])
        let presence = subject.isPresent.map { $0 ? Float(1) : 0 }
        let scales = zip(norms, presence).map { $0 * $1 }
        let directions = subject.features.sliced(axis: 2, columns).l2Normalized()
        let absence = Tensor(presence.map { 1 - $0 }, shape: [count, 1, 1])
        let kept = own.reshaped(to: [count, 1, columns.count]) * absence
        let rows = directions * Tensor(scales, shape: [count, 1, 1]) + kept
        return rows.reshaped(to: [count * repeats, columns.count])
    }

    /// The row of each sample's embeddings `[N, T, w]` at its position, `[N, w]`.
    private func own(_ embeddings: Tensor, positions: [Int]) -> Tensor {
        let (count, length, width) = (
            embeddings.shape[0], embeddings.shape[1], embeddings.shape[2]
        )
        return embeddings.reshaped(to: [count * length, width])
            .gathered(rows: positions.enumerated().map { $0.offset * length + $0.element })
    }

    /// The mean norm of the embeddings of a noun's tokens; 1 for no tokens.
    private func nounNorm(_ tokens: [Int], stage: Stage) -> Float {
        guard !tokens.isEmpty else { return 1 }
        let rows = stage.model.tokenEmbeddings(ids: [tokens]).detached
        return rows.squared().sum(axis: -1).squareRoot().mean().scalar
    }
}

/// One sample's text as one encoder gets it: with placeholders if any of its subjects is present.
private struct PlacedText {
    let ids: [Int]
    let endPosition: Int
    /// Per subject, the placeholder's row if the subject is present.
    let positions: [Int?]
    /// Per subject, the tokens of its noun.
    let nounTokens: [[Int]]

    init(_ prompt: SubjectPrompt, stage: Int, isPresent: [Bool]) {
        let hasPlaces = prompt.placeholders.count == isPresent.count
        precondition(
            hasPlaces || !isPresent.contains(true),
            "a present subject needs a placeholder"
        )
        let text = isPresent.contains(true) ? prompt.placed[stage] : prompt.plain[stage]
        ids = text.ids
        endPosition = text.endPosition
        positions = isPresent.indices.map { isPresent[$0] ? prompt.placeholders[$0].position : nil }
        nounTokens = isPresent.indices.map {
            hasPlaces ? prompt.placeholders[$0].nounTokens : []
        }
    }

    var firstPlaceholder: Int? { positions.compactMap(\.self).min() }
}
