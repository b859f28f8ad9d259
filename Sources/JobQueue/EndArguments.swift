/// The end of an attempt as the queue's functions take it.
struct EndArguments {
    let outcome: String
    private(set) var outputs = "[]"
    private(set) var errorClass: String?
    private(set) var errorStage: String?
    private(set) var errorText: String?

    init(_ end: AttemptEnd) {
        switch end {
        case .succeeded(let rows):
            outcome = AttemptOutcome.succeeded.rawValue
            outputs = "[" + rows.map(\.json).joined(separator: ",") + "]"
        case .failed(let failure):
            outcome = AttemptOutcome.failed.rawValue
            errorClass = failure.failureClass.rawValue
            errorStage = PostgresText.withoutNUL(failure.stage)
            errorText = PostgresText.withoutNUL(failure.text)
        case .cancelled: outcome = AttemptOutcome.cancelled.rawValue
        case .yielded: outcome = AttemptOutcome.yielded.rawValue
        }
    }
}
