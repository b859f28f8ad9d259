internal import Datasets
internal import Requests
internal import Training

extension JobContext {
    /// Looks at a data set's files before the first step; where a training goes on, an earlier attempt has.
    func checkOnce(_ dataset: MultiViewDataset, sufficientSide: Int) throws {
        guard resumePoint == nil else { return }
        let check = try dataset.check(
            sufficientSide: sufficientSide,
            limits: configuration.imageLimits
        ) {
            try throwIfInterrupted()
        }
        try check.requireUsable()
        if let warning = check.warning { warn(warning) }
        log(
            check.isWhole
                ? "Every picture of the data set can be decoded."
                : "The pictures have good headers and ends; so many are not decoded beforehand."
        )
    }

    /// Reads a training's texts before the first step, and warns of words that do not fit.
    func checkOnce(
        _ texts: TextCheck,
        reading body: (inout TextCheck) throws -> Void
    ) throws {
        guard resumePoint == nil else { return }
        var texts = texts
        try body(&texts)
        if let warning = texts.warning { warn(warning) }
    }
}
