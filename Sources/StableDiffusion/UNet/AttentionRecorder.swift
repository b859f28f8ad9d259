package import Tensors

/// Collects how much each place of the picture attends to the placeholders in one UNet pass.
///
/// A class because layers deep inside a model write to it; one recorder is for one pass.
package final class AttentionRecorder {
    /// By layer in execution order, then by placeholder: `[N, H, W]` of the layer, the probability of the
    /// placeholder before any mask, averaged over the heads; 0 for samples without the placeholder.
    package private(set) var maps: [[Tensor]] = []

    /// Creates an empty recorder.
    package init() {}

    /// Adds the maps of the next layer.
    func record(_ maps: [Tensor]) { self.maps.append(maps) }
}
