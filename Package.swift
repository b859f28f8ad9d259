// swift-tools-version: 6.2
import PackageDescription

// The CPU the kernels are built for. `native` is the machine that builds; a fleet of mixed machines
// sets CONTRAST_MARCH=x86-64-v3.
let march = Context.environment["CONTRAST_MARCH"] ?? "native"

// CI sets CONTRAST_WARNINGS=error; elsewhere a newer compiler's new warnings must not stop a build.
let warningsAreErrors = Context.environment["CONTRAST_WARNINGS"] == "error"

// scripts/fuzz sets CONTRAST_FUZZ=1: the code under it then counts its branches and checks its memory.
let isFuzzed = Context.environment["CONTRAST_FUZZ"] == "1"

// One line per target, floor by floor (docs/ARCHITECTURE.md): a target imports lower floors only.
let package = Package(
    name: "CustomContrast",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird",
            exact: "2.28.1",
            traits: []
        ),
        .package(
            url: "https://github.com/hummingbird-project/swift-mustache",
            exact: "2.1.1"
        ),
    ],
    targets: [
        // Floor 0: system libraries and C.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "COpenBLAS",
            pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"])]
        ),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
        .target(name: "CSystemCalls"),
        .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"]),
        .systemLibrary(name: "CIntrinsics"),

        // Floor 1: arithmetic on spans, file formats, the vocabulary of work.
        .target(name: "Kernels", dependencies: ["CIntrinsics", "COpenBLAS"]),
        .target(name: "Requests"),
        .target(name: "Confinement", dependencies: ["CSystemCalls"]),
        .target(
            name: "Digests",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")]
        ),
        .target(name: "SafeTensors"),
        .target(name: "Imaging", dependencies: ["CImageCodecs"]),
        .target(name: "Postgres", dependencies: ["CPostgres"]),
        // Nobody but the worker's program waits for an HTTP server to be built.
        .target(
            name: "Operations",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),

        // Floor 2: tensors, files of models.
        .target(name: "Tensors", dependencies: ["Kernels"]),
        .target(name: "ModelFiles", dependencies: ["SafeTensors", "Digests", "Requests"]),

        // Floor 3: layers and what trains them.
        .target(name: "Layers", dependencies: ["Tensors", "SafeTensors"]),
        .target(name: "Optimizers", dependencies: ["Kernels", "Tensors", "Layers"]),

        // Floor 4: published models, the job queue.
        .target(name: "CLIP", dependencies: ["Layers", "Tensors", "Imaging"]),
        .target(name: "DINOv2", dependencies: ["Layers", "Tensors"]),
        .target(name: "StableDiffusion", dependencies: ["Layers", "Tensors", "Imaging"]),
        .target(name: "JobQueue", dependencies: ["Digests", "Postgres"]),

        // Floor 5: the method.
        .target(
            name: "CustomContrast",
            dependencies: ["CLIP", "StableDiffusion", "Layers", "Tensors"]
        ),
        .target(
            name: "SmallWorld",
            dependencies: ["Imaging"],
            exclude: ["Examples", "Pretrained"]
        ),

        // Floor 6: request in, result out; none of them sees a database.
        .target(name: "Datasets", dependencies: ["SmallWorld", "Imaging", "Confinement"]),
        .target(
            name: "Generation",
            dependencies: [
                "CustomContrast", "StableDiffusion", "CLIP", "DINOv2", "Layers", "Tensors",
                "Imaging", "ModelFiles", "Requests", "Digests",
            ]
        ),
        .target(
            name: "Training",
            dependencies: [
                "CustomContrast", "Datasets", "StableDiffusion", "CLIP", "Layers", "Optimizers",
                "Tensors", "Imaging", "Requests",
            ]
        ),

        .target(
            name: "Evaluation",
            dependencies: [
                "SmallWorld", "CLIP", "DINOv2", "Layers", "Tensors", "Imaging", "Requests",
                "Digests",
            ]
        ),

        // Floor 7: the queue and the pipelines meet.
        .target(
            name: "JobWorker",
            dependencies: [
                "CSystemCalls", "CLIP", "Confinement", "CustomContrast", "Datasets", "Digests",
                "Evaluation",
                "Generation", "Imaging",
                "JobQueue", "Layers", "ModelFiles", "Optimizers", "Postgres", "Requests",
                "SafeTensors",
                "SmallWorld",
                "StableDiffusion", "Tensors", "Training",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
            ]
        ),

        // Floor 8: what people start.
        .executableTarget(
            name: "contrast-worker",
            dependencies: [
                "Generation", "JobWorker", "Operations", "Requests", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "contrastctl",
            dependencies: [
                "Digests", "JobQueue", "ModelFiles", "Postgres", "Requests",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),

        // Times parts of the engine, for scripts/bench.
        .executableTarget(
            name: "contrast-bench",
            dependencies: [
                "CustomContrast", "Kernels", "Layers", "Optimizers", "StableDiffusion", "Tensors",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),

        // Tests, and what only tests use.
        .executableTarget(
            name: "FaultWorker",
            dependencies: [
                "JobQueue", "JobWorker", "Operations", "Requests",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/FaultWorker"
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Layers", "Tensors", "Requests"],
            path: "Tests/TestSupport"
        ),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "CLIP", "DINOv2", "Imaging", "Requests", "SafeTensors", "StableDiffusion",
                "TestSupport",
            ],
            path: "Tests/FuzzTargets"
        ),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport"]),
        .testTarget(
            name: "CLIPTests",
            dependencies: ["CLIP", "Imaging", "Layers", "Tensors", "TestSupport"]
        ),
        .testTarget(
            name: "DINOv2Tests",
            dependencies: ["DINOv2", "Layers", "Tensors", "TestSupport"]
        ),
        .testTarget(
            name: "StableDiffusionTests",
            dependencies: ["StableDiffusion", "Layers", "Tensors", "TestSupport"]
        ),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres"]),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Operations",
                .product(name: "Metrics", package: "swift-metrics"),
            ]
        ),
        .testTarget(
            name: "JobQueueTests",
            dependencies: ["Digests", "JobQueue", "Postgres", "WorkerTestSupport"]
        ),
        .testTarget(
            name: "OptimizersTests",
            dependencies: ["Optimizers", "Layers", "TestSupport", "Tensors"]
        ),
        .testTarget(
            name: "LayersTests",
            dependencies: ["Layers", "SafeTensors", "Tensors", "TestSupport"]
        ),
        .testTarget(
            name: "CustomContrastTests",
            dependencies: [
                "CustomContrast", "CLIP", "StableDiffusion", "Layers", "Tensors", "TestSupport",
            ]
        ),
        .testTarget(name: "SafeTensorsTests", dependencies: ["SafeTensors", "TestSupport"]),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
        .testTarget(
            name: "TensorsTests",
            dependencies: ["Tensors", "Kernels", "Layers", "TestSupport"]
        ),
        .testTarget(name: "RequestsTests", dependencies: ["Requests"]),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Training", "CustomContrast", "Datasets", "StableDiffusion", "CLIP", "Layers",
                "Optimizers", "Tensors", "Imaging", "Requests", "TestSupport",
            ]
        ),
        .testTarget(
            name: "GenerationTests",
            dependencies: [
                "Generation", "CustomContrast", "StableDiffusion", "CLIP", "Layers", "Tensors",
                "Imaging", "Requests", "TestSupport",
            ]
        ),
        .target(
            name: "WorkerTestSupport",
            dependencies: ["Digests", "JobQueue", "Postgres"],
            path: "Tests/WorkerTestSupport"
        ),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "Evaluation", "SmallWorld", "Layers", "Tensors", "Imaging", "Requests",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "JobWorkerTests",
            dependencies: [
                "Confinement", "contrastctl", "Datasets", "Digests", "FaultWorker", "Imaging",
                "JobWorker", "JobQueue",
                "Postgres",
                "Requests", "SafeTensors", "WorkerTestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "contrast-worker", "Digests", "Imaging", "JobQueue", "Postgres", "Requests",
                "SafeTensors", "SmallWorld", "TestSupport", "WorkerTestSupport",
            ]
        ),
        .testTarget(
            name: "ContrastctlTests",
            dependencies: ["contrastctl", "Digests", "JobQueue", "Postgres"]
        ),
        .testTarget(
            name: "ModelFilesTests",
            dependencies: ["ModelFiles", "Requests", "TestSupport"]
        ),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
        .testTarget(name: "ImagingTests", dependencies: ["Imaging", "TestSupport"]),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "SmallWorld", "Imaging", "TestSupport"]
        ),
        .testTarget(
            name: "SmallWorldTests",
            dependencies: ["SmallWorld", "Imaging", "CLIP", "TestSupport"]
        ),
    ]
)

if isFuzzed {
    package.targets.append(
        .executableTarget(name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz")
    )
}

for target in package.targets where ![.system, .plugin].contains(target.type) {
    target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(["-march=\(march)"])]
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .enableExperimentalFeature("Lifetimes"),
            .strictMemorySafety(),
            .unsafeFlags(["-Xcc", "-march=\(march)"]),
        ]
    if isFuzzed {
        let sanitizers: CSetting = .unsafeFlags(["-fsanitize=fuzzer-no-link,address"])
        target.cSettings = (target.cSettings ?? []) + [sanitizers]
        target.swiftSettings?.append(.unsafeFlags(["-sanitize=fuzzer,address"]))
        target.linkerSettings = [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
    }
    if warningsAreErrors {
        target.swiftSettings?.append(.treatAllWarnings(as: .error))
    }
}
