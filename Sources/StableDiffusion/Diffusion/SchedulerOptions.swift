internal import Layers

/// Options of diffusers' scheduler classes of which a sampler does only one thing each, as a file spells them.
///
/// Each sampler looks at those of its own class alone: diffusers, too, drops what another class has left in a
/// configuration.
struct SchedulerOptions: Sendable, Equatable {
    /// An option by its name in the file.
    enum Key: String, CodingKey, CaseIterable {
        case thresholding
        case interpolationType = "interpolation_type"
        case timestepType = "timestep_type"
        case finalSigmasType = "final_sigmas_type"
        case algorithmType = "algorithm_type"
        case solverType = "solver_type"
        case solverOrder = "solver_order"
        case skipRungeKuttaSteps = "skip_prk_steps"
        case usesExponentialSigmas = "use_exponential_sigmas"
        case usesBetaSigmas = "use_beta_sigmas"
        case usesLuLambdas = "use_lu_lambdas"
        case usesFlowSigmas = "use_flow_sigmas"
        case usesDynamicShifting = "use_dynamic_shifting"
        case lowestSigma = "sigma_min"
        case highestSigma = "sigma_max"
        case lambdaClip = "lambda_min_clipped"
    }

    /// A value in the file.
    enum Value: Sendable, Equatable {
        case flag(Bool)
        case number(Double)
        case text(String)
    }

    private var values: [Key: Value] = [:]

    /// No option is set.
    init() {}

    /// Throws if an option has a value other than those that are supported; without any it has to be absent.
    func require(_ key: Key, _ supported: Value...) throws(ModelFileError) {
        guard let found = values[key], !supported.contains(found) else { return }
        throw .unsupported(
            option: key.rawValue,
            value: found.words,
            supported: supported.isEmpty
                ? "null, or another sampler"
                : supported.map(\.words).joined(separator: ", ") + ", or another sampler"
        )
    }
}

extension SchedulerOptions {
    /// Reads the options that are there.
    ///
    /// - Parameter ignored: Keys whose values say nothing.
    init(from decoder: any Decoder, ignoring ignored: Set<String>) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for key in container.allKeys where !ignored.contains(key.rawValue) {
            if try container.decodeNil(forKey: key) { continue }
            if let flag = try? container.decode(Bool.self, forKey: key) {
                values[key] = .flag(flag)
            } else if let number = try? container.decode(Double.self, forKey: key) {
                values[key] = .number(number)
            } else {
                values[key] = .text(try container.decode(String.self, forKey: key))
            }
        }
    }
}

extension SchedulerOptions.Value {
    /// The value as the file has it.
    var words: String {
        switch self {
        case .flag(let flag): "\(flag)"
        case .number(let number): "\(number)"
        case .text(let text): "\"\(text)\""
        }
    }
}
