internal import Layers

extension SchedulerConfiguration: Decodable {
    /// Every key there may be; another one is refused, because it might change the pictures.
    private enum CodingKeys: String, CodingKey, CaseIterable {
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
        // Of these only one value each is supported.
        case thresholding
        case interpolationType = "interpolation_type"
        case timestepType = "timestep_type"
        case finalSigmasType = "final_sigmas_type"
        case algorithmType = "algorithm_type"
        case solverType = "solver_type"
        case solverOrder = "solver_order"
        case lowerOrderFinal = "lower_order_final"
        case eulerAtFinal = "euler_at_final"
        case skipRungeKuttaSteps = "skip_prk_steps"
        case usesExponentialSigmas = "use_exponential_sigmas"
        case usesBetaSigmas = "use_beta_sigmas"
        case usesLuLambdas = "use_lu_lambdas"
        case usesFlowSigmas = "use_flow_sigmas"
        case usesDynamicShifting = "use_dynamic_shifting"
        case lowestSigma = "sigma_min"
        case highestSigma = "sigma_max"
        case lambdaClip = "lambda_min_clipped"
        // These say nothing, or nothing without one of the above.
        case version = "_diffusers_version"
        case defaults = "_use_default_values"
        case thresholdingRatio = "dynamic_thresholding_ratio"
        case thresholdingMaximum = "sample_max_value"
        case varianceType = "variance_type"
        case flowShift = "flow_shift"
        case timeShiftType = "time_shift_type"
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseOptions(unknownTo: CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try Self.refuseUnsupported(in: container)
        func value<Value: Decodable>(_ key: CodingKeys, or missing: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? missing
        }
        // What is missing is what all of diffusers' classes take.
        className = try container.decodeIfPresent(String.self, forKey: .className)
        timestepCount = try value(.timestepCount, or: 1000)
        betaSchedule = try container.known(.betaSchedule) ?? .linear
        betaStart = try value(.betaStart, or: 0.0001)
        betaEnd = try value(.betaEnd, or: 0.02)
        trainedBetas = try container.decodeIfPresent([Float].self, forKey: .trainedBetas)
        predictionType = try container.known(.predictionType) ?? .epsilon
        timestepSpacing = try container.known(.timestepSpacing)
        stepsOffset = try value(.stepsOffset, or: 0)
        rescalesToZeroSignal = try value(.rescalesToZeroSignal, or: false)
        usesKarrasSigmas = try value(.usesKarrasSigmas, or: false)
        clipsSample = try container.decodeIfPresent(Bool.self, forKey: .clipsSample)
        let clip: Float = try value(.clipSampleRange, or: 1)
        setsFinalAlphaToOne = try container.decodeIfPresent(Bool.self, forKey: .setsFinalAlphaToOne)
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

    /// Throws if a number is outside what it can mean.
    private func checkRanges() throws {
        let isBetaCountRight = trainedBetas.map { $0.count == timestepCount } ?? true
        guard timestepCount >= 2, isBetaCountRight, stepsOffset >= 0,
            betaStart > 0, betaStart <= betaEnd, betaEnd < 1
        else {
            throw ModelFileError.unsupported(
                option: "the noise schedule",
                value: "\(timestepCount) timesteps with β from \(betaStart) to \(betaEnd)",
                supported:
                    "at least 2 timesteps, as many trained_betas, and 0 < β_start ≤ β_end < 1"
            )
        }
    }

    /// Throws if an option has a value other than the one that is supported.
    private static func refuseUnsupported(in container: KeyedDecodingContainer<CodingKeys>) throws {
        for key: CodingKeys in [
            .thresholding, .eulerAtFinal, .usesExponentialSigmas, .usesBetaSigmas, .usesLuLambdas,
            .usesFlowSigmas, .usesDynamicShifting,
        ] { try container.require(false, at: key) }
        for key: CodingKeys in [.lowerOrderFinal, .skipRungeKuttaSteps] {
            try container.require(true, at: key)
        }
        try container.require("linear", at: .interpolationType)
        try container.require("discrete", at: .timestepType)
        try container.require("zero", at: .finalSigmasType)
        try container.require("dpmsolver++", at: .algorithmType)
        try container.require("midpoint", at: .solverType)
        try container.require(2, at: .solverOrder)
        try container.require(-Double.infinity, at: .lambdaClip)
        for key: CodingKeys in [.lowestSigma, .highestSigma] {
            guard try container.decodeIfPresent(Double.self, forKey: key) == nil else {
                throw ModelFileError.unsupported(
                    option: key.rawValue,
                    value: "set",
                    supported: "null"
                )
            }
        }
    }
}

extension KeyedDecodingContainer where Key: RawRepresentable<String> {
    /// Throws unless an option is missing or has the one supported value.
    fileprivate func require<Value: Decodable & Equatable>(_ value: Value, at key: Key) throws {
        guard let found = try decodeIfPresent(Value.self, forKey: key), found != value else {
            return
        }
        throw ModelFileError.unsupported(
            option: key.rawValue,
            value: "\(found)",
            supported: "\(value)"
        )
    }

    /// The value of an option with a closed list of values.
    fileprivate func known<Value>(_ key: Key) throws -> Value?
    where Value: CaseIterable & RawRepresentable<String> {
        guard let name = try decodeIfPresent(String.self, forKey: key) else { return nil }
        if let value = Value(rawValue: name) { return value }
        throw ModelFileError.unsupported(
            option: key.rawValue,
            value: name,
            supported: Value.allCases.map(\.rawValue).joined(separator: ", ")
        )
    }
}
