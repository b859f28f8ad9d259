import Foundation
import JobWorker
import Requests
import Testing

private let required = """
    CONTRAST_DATABASE_URL=postgresql:///x
    CONTRAST_INPUT_ROOT=/in
    CONTRAST_MODELS_ROOT=/models
    CONTRAST_OUTPUT_ROOT=/out

    """

private func configuration(
    _ lines: String,
    environment: [String: String] = [:]
) throws -> WorkerConfiguration {
    try WorkerConfiguration(
        file: ConfigurationFile(parsing: required + lines, name: "worker.conf"),
        environment: environment
    )
}

@Suite struct ConfigurationTests {
    private static let example = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "worker.conf")

    @Test func theExampleListsEverySettingWithItsDefault() throws {
        let file = try ConfigurationFile(reading: Self.example)
        #expect(Set(file.settings.keys) == Set(WorkerSetting.allCases.map(\.rawValue)))
        for setting in WorkerSetting.allCases {
            guard let fallback = setting.fallback else { continue }
            #expect(file.settings[setting.rawValue]?.value == fallback, "\(setting.rawValue)")
        }
        let read = try WorkerConfiguration(file: file, environment: [:])
        #expect(read.lease == .seconds(60))
        #expect(read.maximumImagePixels == 64_000_000)
        #expect(read.workRoot == read.outputRoot.appending(path: ".work"))
        #expect(read.kinds == nil)
    }

    @Test func theEnvironmentWins() throws {
        let read = try configuration(
            "CONTRAST_POLL=5s\nCONTRAST_WORKER_KINDS=train,generate\n",
            environment: ["CONTRAST_POLL": "250ms", "PATH": "/bin", "CONTRAST_MARCH": "native"]
        )
        #expect(read.poll == .milliseconds(250))
        #expect(read.kinds == [.train, .generate])
    }

    @Test(
        arguments: [
            (
                "CONTRAST_POL=5s",
                "worker.conf:5: expected a known setting, found CONTRAST_POL; did you mean CONTRAST_POLL?"
            ),
            (
                "CONTRAST_POLL=soon",
                "CONTRAST_POLL: expected a time from 0.05s to 3600s such as 10s, 5m or 2h, found \"soon\"; correct it."
            ),
            (
                "CONTRAST_LEASE=20s",
                "CONTRAST_LEASE: expected at least three beats (CONTRAST_BEAT), found less; lengthen the lease."
            ),
            (
                "CONTRAST_WORKER_KINDS=trian",
                "CONTRAST_WORKER_KINDS: expected kinds of job (generate, train, pretrain, evaluate, prepare), found \"trian\"; did you mean train?"
            ),
            (
                "CONTRAST_OPS_ADDRESS=0.0.0.0:9187",
                "CONTRAST_OPS_ADDRESS: expected an address of this machine alone (127.0.0.1, [::1] or localhost), found 0.0.0.0; set CONTRAST_OPS_REMOTE=yes and CONTRAST_OPS_TOKEN if others may read it."
            ),
            (
                "CONTRAST_OPS_ADDRESS=9187",
                "CONTRAST_OPS_ADDRESS: expected an address and a port such as 127.0.0.1:9187 or [::1]:9187, found \"9187\"; correct it."
            ),
            (
                "CONTRAST_OPS_ADDRESS=0.0.0.0:9187\nCONTRAST_OPS_REMOTE=yes",
                "CONTRAST_OPS_TOKEN: expected a token, since others reach 0.0.0.0, found none; make one with openssl rand -hex 32."
            ),
            (
                "CONTRAST_OPS_TOKEN=opensesame",
                "CONTRAST_OPS_TOKEN: expected at least 16 letters, digits and signs without spaces, found something else; make one with openssl rand -hex 32."
            ),
            (
                "CONTRAST_OPS_REMOTE=maybe",
                "CONTRAST_OPS_REMOTE: expected one of no, yes, found \"maybe\"; remove it."
            ),
            (
                "CONTRAST_LOG_LEVEL=loud",
                "CONTRAST_LOG_LEVEL: expected one of trace, debug, info, notice, warning, error, critical, found \"loud\"; remove it."
            ),
            (
                "CONTRAST_POLL = 5s",
                "worker.conf:5: expected a key of letters, digits and \"_\" right before the \"=\", found \"CONTRAST_POLL \"; remove spaces and \"export\"."
            ),
            ("CONTRAST_POLL", "worker.conf:5: expected KEY=VALUE, found no \"=\"; write one."),
            (
                "CONTRAST_WORKER_NAME=a b",
                "worker.conf:5: expected a plain value, found a space or a sign that a shell treats specially; put the value in single quotes."
            ),
            (
                "CONTRAST_WORKER_NAME='a",
                "worker.conf:5: expected a closing ' at the end of the line, found none; add it."
            ),
            (
                "CONTRAST_INPUT_ROOT=/b",
                "worker.conf:5: expected CONTRAST_INPUT_ROOT once, found it on line 2 already; remove one."
            ),
        ]
    )
    func mistakeIsOneSentence(_ line: String, _ sentence: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try configuration(line) }
        #expect(error.description == sentence)
    }

    @Test func unknownVariableOfTheEnvironmentStopsTheStart() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try configuration("", environment: ["CONTRAST_OUTPUT_ROT": "/x"])
        }
        #expect(error.description.contains("did you mean CONTRAST_OUTPUT_ROOT?"))
    }

    @Test(
        arguments: [
            "127.0.0.1:9187", "127.8.0.1:0", "[::1]:80", "localhost:65535",
        ]
    )
    func endpointsOfThisMachineAreAllowed(_ address: String) throws {
        let read = try configuration("CONTRAST_OPS_ADDRESS='\(address)'\n")
        #expect(read.operationsAddress?.description == address)
    }

    @Test(
        arguments: [
            "10.0.0.1:1", "127.1:1", "127.0.0.1.example.org:1", "[::]:1", "[fe80::1]:1", "host:1",
            "127.0.0.256:1",
        ]
    )
    func endpointsForOthersHaveToBeAllowed(_ address: String) throws {
        #expect(throws: ConfigurationError.self) {
            try configuration("CONTRAST_OPS_ADDRESS='\(address)'\n")
        }
        let read = try configuration(
            "CONTRAST_OPS_ADDRESS='\(address)'\nCONTRAST_OPS_REMOTE=yes\nCONTRAST_OPS_TOKEN=0123456789abcdef\n"
        )
        #expect(read.operationsAddress?.description == address)
    }

    @Test(arguments: ["", ":1", "[]:1", "[x]:1", "a b:1", "127.0.0.1:", "127.0.0.1:65536", "::1"])
    func whatIsNoAddressIsRefused(_ address: String) throws {
        let lines =
            "CONTRAST_OPS_REMOTE=yes\nCONTRAST_OPS_TOKEN=0123456789abcdef\nCONTRAST_OPS_ADDRESS='\(address)'\n"
        if address.isEmpty {
            #expect(try configuration(lines).operationsAddress == nil, "none by default")
        } else {
            #expect(throws: ConfigurationError.self) { try configuration(lines) }
        }
    }

    @Test func quotesKeepSpaces() throws {
        let read = try configuration(
            "CONTRAST_WORKER_NAME='big box'\r\nCONTRAST_WORKER_TAGS=\"a,b\"\n"
        )
        #expect(read.name == "big box")
        #expect(read.tags == ["a", "b"])
    }
}
