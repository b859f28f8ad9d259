internal import ArgumentParser
internal import Foundation
internal import Kernels

/// Times kernels at Stable Diffusion v1.5's sizes, 512 pixels.
struct KernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Time kernels, as a share of what the machine can do at most."
    )

    @Option(name: .long, help: "Only those whose name has this in it.")
    var only: String?

    @Option(name: .customLong("repeat"), help: "Runs; the fastest counts.")
    var repetitions = 7

    private static let cases: [@Sendable () -> KernelCase] = [
        { .linear(rows: 4096, inputs: 320, outputs: 320, .float32) },
        { .linear(rows: 4096, inputs: 320, outputs: 2560, .float32) },
        { .linear(rows: 1024, inputs: 2560, outputs: 640, .float32) },
        { .linear(rows: 256, inputs: 1280, outputs: 10240, .float32) },
        { .linear(rows: 77, inputs: 768, outputs: 3072, .float32) },
        { .linear(rows: 4096, inputs: 320, outputs: 2560, .bfloat16) },
        { .linear(rows: 1024, inputs: 2560, outputs: 640, .bfloat16) },
        { .linear(rows: 256, inputs: 1280, outputs: 10240, .bfloat16) },
        { .convolution(samples: 1, side: 64, inputs: 320, outputs: 320, .float32) },
        { .convolution(samples: 1, side: 32, inputs: 1280, outputs: 640, .float32) },
        { .convolution(samples: 1, side: 16, inputs: 1280, outputs: 1280, .float32) },
        { .convolution(samples: 1, side: 8, inputs: 1280, outputs: 1280, .float32) },
        { .convolution(samples: 1, side: 64, inputs: 320, outputs: 320, stride: 2, .float32) },
        { .convolution(samples: 1, side: 64, inputs: 320, outputs: 320, .bfloat16) },
        { .convolution(samples: 1, side: 8, inputs: 1280, outputs: 1280, .bfloat16) },
        { .convolution(samples: 1, side: 512, inputs: 128, outputs: 128, .float32) },
        { .attention(queries: 4096, keys: 4096, heads: 8, dimension: 40, .float32) },
        { .attention(queries: 1024, keys: 1024, heads: 8, dimension: 80, .float32) },
        { .attention(queries: 4096, keys: 77, heads: 8, dimension: 40, .float32) },
        { .attention(queries: 4096, keys: 4096, heads: 8, dimension: 40, .bfloat16) },
        { .attentionGradients(queries: 4096, keys: 4096, heads: 8, dimension: 40) },
        { .groupNorm(positions: 4096, channels: 320) },
        { .groupNorm(positions: 512 * 512, channels: 128) },
        { .layerNorm(rows: 4096, width: 320) },
        { .sum(count: 4096 * 320) },
    ]

    func run() throws {
        let limit = MachineLimit()
        print("| kernel | ms | rate | of the limit |\n|---|---|---|---|")
        print(
            "| multiply-adds on registers | | \(rate(limit.operations)) GFLOP/s | 100 % |\n"
                + "| copy of 256 MiB | | \(rate(limit.bytes)) GB/s | 100 % |"
        )
        for make in KernelsCommand.cases {
            let kernel = make()
            guard only.map({ kernel.name.contains($0) }) ?? true else { continue }
            kernel.run()
            let found = MachineLimit.fastest(of: repetitions, work: kernel.work, kernel.run)
            let most = kernel.unit == .gigaflops ? limit.operations : limit.bytes
            let milliseconds = String(format: "%.3g", 1000 * kernel.work / found)
            let share = Int((100 * found / most).rounded())
            print(
                "| \(kernel.name) | \(milliseconds) | \(rate(found)) \(kernel.unit.rawValue) "
                    + "| \(share) % |"
            )
        }
    }

    private func rate(_ perSecond: Double) -> String { String(format: "%.3g", perSecond / 1e9) }
}
