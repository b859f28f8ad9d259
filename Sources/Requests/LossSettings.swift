/// Weights and temperatures of the total loss L_LDM + λ₁(L_c + L_m) + λ₂ L_loc (paper Eq. 9).
package struct LossSettings: RequestObject, Equatable {
    /// λ₁
    package let contrastWeight: Float
    /// λ₂
    package let locationWeight: Float
    /// γ of the min-SNR weighting of L_LDM; nil weighs every timestep the same, as in the paper.
    package let signalToNoiseCap: Float?
    /// Temperature of CSCL; the paper prints none, so 1.
    package let semanticTemperature: Float
    /// Temperature τ of MACL.
    package let appearanceTemperature: Float
    /// Smallest real similarity r that scales with 1/r.
    package let similarityFloor: Float

    package init(_ fields: RequestReader) throws(RequestError) {
        contrastWeight = try fields.number(
            "lambda_1",
            default: 1e-2,
            in: 0...100,
            "λ₁, the weight of the two contrastive losses."
        )
        locationWeight = try fields.number(
            "lambda_2",
            default: 1e-3,
            in: 0...100,
            "λ₂, the weight of the location loss."
        )
        signalToNoiseCap = try fields.optionalNumber(
            "snr_gamma",
            in: 0.1...1000,
            absent: "every timestep counts the same, as in the paper",
            "Weighs denoising errors by min(SNR, γ)/SNR, so that almost clean timesteps count less; 5 is usual."
        )
        semanticTemperature = try fields.number(
            "cscl_temperature",
            default: 1,
            in: 0.001...100,
            "Temperature of CSCL."
        )
        appearanceTemperature = try fields.number(
            "macl_temperature",
            default: 0.07,
            in: 0.001...100,
            "Temperature τ of MACL."
        )
        similarityFloor = try fields.number(
            "similarity_floor",
            default: 0.1,
            in: 0.001...1,
            "Smallest similarity r of two subjects that MACL scales with α = 1/r."
        )
    }
}
