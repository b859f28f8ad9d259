/// A convolution's kernel, packed for the register tiles.
package struct ConvolutionKernel: Sendable {
    /// Rows are (tap, input channel), columns output channels.
    package let panels: PackedPanels

    /// Wraps weights that were packed before by an initializer below.
    package init(panels: PackedPanels) { self.panels = panels }

    /// Packs `[out, in, rows, columns]` weights.
    package init(
        _ weights: Span<Float>,
        _ extents: ConvolutionExtents,
        precision: PanelPrecision = .float32,
        team: ThreadTeam = .shared
    ) {
        let taps = extents.taps
        panels = unsafe PackedPanels(
            weights.base,
            taps: taps,
            channels: extents.inputChannels,
            columns: extents.outputChannels,
            channelStride: taps,
            columnStride: extents.inputChannels * taps,
            precision: extents.pairsChannels ? precision : .float32,
            team: team
        )
    }

    /// Packs the same weights for the gradient of the input: turned by 180°, channels exchanged.
    package init(
        transposing weights: Span<Float>,
        _ extents: ConvolutionExtents,
        precision: PanelPrecision = .float32,
        team: ThreadTeam = .shared
    ) {
        let taps = extents.taps
        panels = unsafe PackedPanels(
            weights.base,
            taps: taps,
            channels: extents.outputChannels,
            columns: extents.inputChannels,
            channelStride: extents.inputChannels * taps,
            columnStride: taps,
            reversesTaps: true,
            precision: extents.transposed.pairsChannels ? precision : .float32,
            team: team
        )
    }
}

extension ConvolutionExtents {
    /// Whether windows can be read as pairs of values: with an odd number of channels some would begin in the
    /// middle of one.
    fileprivate var pairsChannels: Bool { inputChannels % 2 == 0 }
}
