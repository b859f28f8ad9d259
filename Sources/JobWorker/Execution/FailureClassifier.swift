internal import Foundation
package import JobQueue
internal import Postgres
internal import Requests

/// Decides from an error what becomes of a job: whether it makes sense to try again, and where.
package enum FailureClassifier {
    /// The failure that an error in `stage` means.
    package static func failure(for error: any Error, stage: String) -> JobFailure {
        if let failure = error as? JobFailure { return failure }
        let text = "\(describing(error))"
        if isOutOfSpace(error) {
            return JobFailure(
                .resource,
                stage: stage,
                text:
                    "expected room for the job's files, found the disk full; free some space. (\(text))"
            )
        }
        switch error {
        case is RequestError:
            return JobFailure(.permanent, stage: stage, text: text)
        case let error as InputError:
            if case .unreadable = error.reason {
                return JobFailure(.transient, stage: stage, text: text)
            }
            return JobFailure(.permanent, stage: stage, text: text)
        case let error as QueueError:
            switch error {
            case .unreachable:
                // The words of libpq name sockets and hosts; they are in the worker's log.
                return JobFailure(
                    .transient,
                    stage: stage,
                    text: "expected the database to answer, found it away; the job is tried again."
                )
            case .notFound, .badRequest: return JobFailure(.permanent, stage: stage, text: text)
            default: return JobFailure(.bug, stage: stage, text: text)
            }
        case is ExchangeError:
            // Another machine may bring the file, or a share come back.
            return JobFailure(.transient, stage: stage, text: text)
        case let error as any PermanentFailure:
            return JobFailure(
                error.isPermanent ? .permanent : .transient,
                stage: stage,
                text: text
            )
        default:
            return JobFailure(.bug, stage: stage, text: text)
        }
    }

    /// Whether an error, or one that caused it, says that a disk or a quota is full.
    static func isOutOfSpace(_ error: any Error) -> Bool {
        let full = [Int(ENOSPC), Int(EDQUOT), Int(EFBIG)]
        var current: NSError? = error as NSError
        while let found = current {
            if found.domain == NSPOSIXErrorDomain, full.contains(found.code) { return true }
            if found.domain == NSCocoaErrorDomain,
                found.code == CocoaError.fileWriteOutOfSpace.rawValue
            {
                return true
            }
            current = found.userInfo[NSUnderlyingErrorKey] as? NSError
        }
        let text = "\(error)"
        return full.contains { code in
            text.contains(unsafe String(cString: strerror(Int32(code))))
        }
    }

    /// An error's own sentence, or what Foundation says.
    private static func describing(_ error: any Error) -> String {
        let bridged = error as NSError
        let isFoundations = [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(bridged.domain)
        return isFoundations ? bridged.localizedDescription : "\(error)"
    }
}
