package import Requests

/// Who carries out which kind of job.
package struct HandlerTable: Sendable {
    private let handlers: [JobKind: any JobHandler]

    package init(_ handlers: [any JobHandler]) {
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { _, _ in
            preconditionFailure("two handlers for one kind of job")
        }
    }

    /// The kinds of job that can be carried out.
    package var kinds: [JobKind] { JobKind.allCases.filter { handlers[$0] != nil } }

    /// Who carries out a kind; nil where nobody does.
    subscript(kind: JobKind) -> (any JobHandler)? { handlers[kind] }
}
