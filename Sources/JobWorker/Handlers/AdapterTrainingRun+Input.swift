internal import CLIP
internal import CustomContrast
internal import Datasets
internal import Generation
internal import Requests
internal import Training

extension AdapterTrainingRun {
    /// Looks at every picture, caption and validation prompt before the first step, so that none of them ends
    /// the training in the middle.
    func checkInput(in context: JobContext) throws {
        try context.checkOnce(
            dataset,
            sufficientSide: max(side, imageEncoder.preprocessor.cropSize)
        )
        let check = TextCheck(
            base.prompts.stages.map(\.tokenizer),
            placement: conditioner.adapter.placement
        )
        try context.checkOnce(check) { texts in
            try texts.readCaptions(of: dataset, needsNouns: true)
            guard request.validation.stepInterval > 0 else { return }
            for subject in validationSubjects {
                for (index, prompt) in validationPrompts(for: subject).enumerated() {
                    try texts.read(
                        prompt,
                        nouns: [subject.className],
                        named: "prompt validation_prompts[\(index)]"
                    )
                }
            }
        }
    }
}
