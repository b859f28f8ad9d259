internal import ArgumentParser
internal import JobQueue
internal import Postgres
internal import Requests

/// What a command ends with when it does not end well: a sentence and an exit code.
struct Failure: Error {
    let text: String
    let code: Int32

    init(_ text: String, code: Int32) {
        self.text = text
        self.code = code
    }

    /// There is no such job, or it is somebody else's.
    static func noJob(_ id: Int) -> Failure {
        Failure("there is no job \(id) that you may see; contrastctl list shows yours", code: 4)
    }

    /// Runs `body`; what it throws is printed, and becomes the process's exit code.
    static func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as QueueError {
            throw say(error.description, code: code(of: error))
        } catch let error as MigrationError {
            throw say(error.description, code: code(of: error))
        } catch let error as RequestError {
            throw say(error.description, code: 64)
        } catch let error as ExchangeError {
            throw say(error.description, code: 1)
        } catch let error as Failure {
            throw say(error.text, code: error.code)
        }
    }

    private static func code(of error: QueueError) -> Int32 {
        switch error {
        case .unreachable: 69
        case .notFound: 4
        case .badRequest, .keyConflict: 64
        case .notMigrated: 78
        case .staleLease, .unknownWorker, .notPermitted, .database: 1
        }
    }

    private static func code(of error: MigrationError) -> Int32 {
        switch error {
        case .database(let error) where error.isConnectionLoss: 69
        case .busy: 75
        case .drifted, .unknown, .incomplete, .unreadable: 78
        case .failed, .database: 1
        }
    }

    private static func say(_ text: String, code: Int32) -> ExitCode {
        Terminal.complain("contrastctl: \(Terminal.printable(text))")
        return ExitCode(code)
    }
}
