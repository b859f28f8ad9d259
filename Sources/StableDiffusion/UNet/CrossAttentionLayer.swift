/// The place of one cross-attention layer among all of a UNet.
package struct CrossAttentionLayer: Sendable, Equatable {
    /// The layer's key in the checkpoint, such as `down_blocks.0.attentions.1.transformer_blocks.0.attn2`.
    package let key: String
    /// Its number in the order in which the layers run: down, middle, up.
    package let executionIndex: Int
    /// The number, in the same order, of the transformer it is a part of.
    package let groupIndex: Int
    /// Its number in IP-Adapter's files. They follow diffusers' registration, in which the up blocks
    /// come before the middle one, and count self-attention layers too, so cross-attention has the odd
    /// numbers.
    package internal(set) var registrationIndex: Int
    /// The size of its queries, keys and values.
    package let channels: Int
    /// Its heads.
    package let headCount: Int
}
