import JobWorker
import Testing

/// Sentences on jobs name files as payloads and rows do.
struct RelativeNamesTests {
    @Test(
        arguments: [
            ("/srv/models/sd15/unet does not exist.", "sd15/unet does not exist."),
            (
                "Expected a folder at /srv/models, found",
                "Expected a folder at the models root, found"
            ),
            ("Could not open /srv/out/.work/3/5/base/x: No", "Could not open 3/5/base/x: No"),
            ("convert '/srv/in/a' '/srv/in/a.b'", "convert 'a' 'a.b'"),
            (
                "/srv/models2/x and /mnt/srv/models/x stay",
                "/srv/models2/x and /mnt/srv/models/x stay"
            ),
            ("nothing to shorten", "nothing to shorten"),
        ]
    )
    func rootsAreLeftOut(_ text: String, _ expected: String) throws {
        let names = RelativeNames(
            try WorkerConfiguration(
                file: nil,
                environment: [
                    "CONTRAST_DATABASE_URL": "postgresql:///contrast",
                    "CONTRAST_INPUT_ROOT": "/srv/in",
                    "CONTRAST_MODELS_ROOT": "/srv/models/",
                    "CONTRAST_OUTPUT_ROOT": "/srv/out",
                ]
            )
        )
        #expect(names(text) == expected)
    }
}
