package import Confinement
internal import Digests
package import Foundation
internal import Glibc
package import Requests

/// A folder that requests may read from, and not a step beyond.
///
/// What it hands out is open (`OpenedPlace`), so a symbolic link that is swapped between check and use leads
/// nowhere else.
package struct ConfinedRoot: Sendable {
    /// What the root is called in errors.
    package let name: String
    private let folder: URL

    package init(_ folder: URL, name: String) {
        self.folder = folder
        self.name = name
    }

    /// The content of a regular file of at most `limit` bytes, checked against the hash if there is one.
    package func read(
        _ reference: FileReference,
        limit: Int
    ) throws(InputError) -> Data {
        let path = reference.relativePath
        let place = try openFile(path)
        let handle = FileHandle(fileDescriptor: place.descriptor, closeOnDealloc: false)
        defer { withExtendedLifetime(place) {} }
        do {
            let size = Int(try handle.seekToEnd())
            guard size <= limit else { throw error(path, .tooLarge(limit: limit, found: size)) }
            try handle.seek(toOffset: 0)
            let content = try handle.read(upToCount: limit + 1) ?? Data()
            guard content.count <= limit else {
                throw error(path, .tooLarge(limit: limit, found: content.count))
            }
            if let expected = reference.sha256 {
                var hash = SHA256()
                hash.update(content.span)
                guard hash.finalize().description == expected else {
                    throw error(path, .otherContent)
                }
            }
            return content
        } catch let refusal as InputError {
            throw refusal
        } catch let other {
            throw error(path, .unreadable(Self.words(other)))
        }
    }

    /// A regular file, for readers that map it; checked against the hash if there is one.
    package func file(_ reference: FileReference) throws(InputError) -> OpenedPlace {
        let path = reference.relativePath
        let place = try openFile(path)
        if let expected = reference.sha256 {
            let found: SHA256Digest
            do {
                found = try SHA256.digest(of: URL(filePath: place.path))
            } catch let other {
                throw error(path, .unreadable(Self.words(other)))
            }
            guard found.description == expected else { throw error(path, .otherContent) }
        }
        return place
    }

    /// A folder.
    package func folder(_ path: String) throws(InputError) -> OpenedPlace {
        let place = try open(path)
        guard place.isFolder else { throw error(path, .wrongSort(expected: "a folder")) }
        return place
    }

    /// Where a folder or a file lies that was there a moment ago. Only for roots that nobody but administrators
    /// writes to, such as the models root: whoever can swap a link there can put weights of their own there too.
    package func location(_ path: String) throws(InputError) -> URL {
        _ = try open(path)
        return folder.appending(path: path)
    }

    private func openFile(_ path: String) throws(InputError) -> OpenedPlace {
        let place = try open(path)
        guard place.isRegularFile else {
            throw error(path, .wrongSort(expected: "a regular file"))
        }
        return place
    }

    private func open(_ path: String) throws(InputError) -> OpenedPlace {
        let root: OpenedPlace
        do throws(OpenFailure) {
            root = try OpenedPlace(folder: folder.path(percentEncoded: false))
        } catch {
            throw self.error(path, .unreadable("the \(name) itself cannot be opened"))
        }
        do throws(OpenFailure) {
            return try root.open(path)
        } catch {
            if error.isMissing { throw self.error(path, .missing) }
            if error.isOutside { throw self.error(path, .outside) }
            throw self.error(path, .unreadable(error.words))
        }
    }

    private func error(_ path: String, _ reason: InputError.Reason) -> InputError {
        InputError(path: path, root: name, reason: reason)
    }

    private static func words(_ error: any Error) -> String {
        (error as NSError).domain == NSPOSIXErrorDomain
            ? unsafe String(cString: strerror(Int32((error as NSError).code)))
            : "it could not be read"
    }
}
