package import Requests
package import StableDiffusion

extension Requests.SamplerKind {
    /// The integrator that requests call by this name.
    package var integrator: StableDiffusion.SamplerKind {
        switch self {
        case .ddim: .ddim
        case .euler: .euler
        case .dpmpp2m: .dpmSolverPlusPlus2M
        case .pndm: .pndm
        }
    }

    /// What AUTOMATIC1111's web UI calls it.
    var webUIName: String {
        switch self {
        case .ddim: "DDIM"
        case .euler: "Euler"
        case .dpmpp2m: "DPM++ 2M"
        case .pndm: "PLMS"
        }
    }
}
