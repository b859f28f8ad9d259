internal import Foundation

/// The folders a worker cannot do without, looked at before it takes a job.
struct WorkerFolders {
    private let configuration: WorkerConfiguration

    init(_ configuration: WorkerConfiguration) { self.configuration = configuration }

    /// Throws where a folder is missing, cannot be written, or lies on the wrong file system.
    func check() throws(ConfigurationError) {
        try expectFolder(configuration.inputRoot, .inputRoot)
        try expectFolder(configuration.modelsRoot, .modelsRoot)
        if case .folder(let folder) = configuration.exchange {
            // Never created: what is missing may be the mount point's share.
            try expectFolder(folder, .exchange)
            _ = try fileSystem(of: folder, .exchange)
        }
        let output = try fileSystem(of: configuration.outputRoot, .outputRoot)
        let work = try fileSystem(of: configuration.workRoot, .workRoot)
        guard output == work else {
            throw ConfigurationError(
                WorkerSetting.workRoot.rawValue,
                "expected a folder on the file system of CONTRAST_OUTPUT_ROOT, found another one; "
                    + "files are moved from one to the other in a single step"
            )
        }
    }

    private func expectFolder(_ folder: URL, _ setting: WorkerSetting) throws(ConfigurationError) {
        guard (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true else {
            throw ConfigurationError(
                setting.rawValue,
                "expected a folder at \(folder.path(percentEncoded: false)), found none; create it"
            )
        }
    }

    /// The file system on which a folder lies that the worker writes to; creates the folder.
    private func fileSystem(of folder: URL, _ setting: WorkerSetting) throws(ConfigurationError)
        -> Int
    {
        let path = folder.path(percentEncoded: false)
        do {
            try DurableFiles.makeFolder(folder)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            if FileManager.default.isWritableFile(atPath: path),
                let number = attributes[.systemNumber] as? NSNumber
            {
                return number.intValue
            }
        } catch {
            // Said below.
        }
        throw ConfigurationError(
            setting.rawValue,
            "expected a folder that can be written at \(path), found none; "
                + "create it, or give it to the worker's user"
        )
    }
}
