internal import Layers

extension SchedulerConfiguration: Decodable {
    /// The keys that mean the same to all samplers; those of `SchedulerOptions` each sampler judges by itself,
    /// and others have no effect on the samplers there are.
    private enum CodingKeys: String, CodingKey {
        case className = "_class_name"
        case timestepCount = "num_train_timesteps"
        case betaSchedule = "beta_schedule"
        case betaStart = "beta_start"
        case betaEnd = "beta_end"
        case trainedBetas = "trained_betas"
        case predictionType = "prediction_type"
        case timestepSpacing = "timestep_spacing"
        case stepsOffset = "steps_offset"
        case rescalesToZeroSignal = "rescale_betas_zero_snr"
        case usesKarrasSigmas = "use_karras_sigmas"
        case clipsSample = "clip_sample"
        case clipSampleRange = "clip_sample_range"
        case setsFinalAlphaToOne = "set_alpha_to_one"
        case defaults = "_use_default_values"
    }

    /// Classes of models that were trained with another process than the one all samplers here undo.
    private static let otherProcesses = [
        "FlowMatch", "EDM", "CMStochastic", "ScoreSde", "VQDiffusion",
    ]

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Values that only repeat the defaults of the class that wrote the file say nothing to another one.
        let defaults = Set(try container.decodeIfPresent([String].self, forKey: .defaults) ?? [])
        func optional<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
            defaults.contains(key.rawValue)
                ? nil : try container.decodeIfPresent(Value.self, forKey: key)
        }
        func value<Value: Decodable>(_ key: CodingKeys, or missing: Value) throws -> Value {
            try optional(key) ?? missing
        }
        func known<Value>(_ key: CodingKeys) throws -> Value?
        where Value: CaseIterable & RawRepresentable<String> {
            guard let name: String = try optional(key) else { return nil }
            if let value = Value(rawValue: name) { return value }
            throw ModelFileError.unsupported(
                option: key.rawValue,
                value: name,
                supported: Value.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        options = try SchedulerOptions(from: decoder, ignoring: defaults)
        // What is missing is what all of diffusers' classes take.
        className = try container.decodeIfPresent(String.self, forKey: .className)
        timestepCount = try value(.timestepCount, or: 1000)
        betaSchedule = try known(.betaSchedule) ?? .linear
        betaStart = try value(.betaStart, or: 0.0001)
        betaEnd = try value(.betaEnd, or: 0.02)
        trainedBetas = try optional(.trainedBetas)
        predictionType = try known(.predictionType) ?? .epsilon
        timestepSpacing = try known(.timestepSpacing)
        stepsOffset = try value(.stepsOffset, or: 0)
        rescalesToZeroSignal = try value(.rescalesToZeroSignal, or: false)
        usesKarrasSigmas = try value(.usesKarrasSigmas, or: false)
        clipsSample = try optional(.clipsSample)
        let clip: Float = try value(.clipSampleRange, or: 1)
        setsFinalAlphaToOne = try optional(.setsFinalAlphaToOne)
        try options.require(.usesFlowSigmas, .flag(false))
        if let className, SchedulerConfiguration.otherProcesses.contains(where: className.hasPrefix)
        {
            throw ModelFileError.unsupported(
                option: "_class_name",
                value: className,
                supported:
                    "a model that was trained with a schedule of β, as Stable Diffusion 1 and SDXL"
            )
        }
        guard clip >= 0 else {
            throw ModelFileError.unsupported(
                option: "clip_sample_range",
                value: "\(clip)",
                supported: "0 or more"
            )
        }
        clipRange = -clip...clip
        try checkRanges()
    }

    /// Far beyond any model's; the table of ᾱ has a number for each.
    private static let mostTimesteps = 1 << 20

    /// Throws if a number is outside what it can mean.
    private func checkRanges() throws {
        let isBetaCountRight = trainedBetas.map { $0.count == timestepCount } ?? true
        guard 2...Self.mostTimesteps ~= timestepCount, isBetaCountRight,
            0...timestepCount ~= stepsOffset,
            betaStart > 0, betaStart <= betaEnd, betaEnd < 1
        else {
            throw ModelFileError.unsupported(
                option: "the noise schedule",
                value: "\(timestepCount) timesteps with β from \(betaStart) to \(betaEnd)",
                supported:
                    "2 to \(Self.mostTimesteps) timesteps, as many trained_betas, no steps_offset beyond "
                    + "them, and 0 < β_start ≤ β_end < 1"
            )
        }
    }
}
