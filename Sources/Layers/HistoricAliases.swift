/// Names under which older, or newer, exports keep the same tensors.
///
/// The only place where keys are renamed; everything else uses the checkpoint's names as they are.
enum HistoricAliases {
    /// The keys to look for, in order, when `key` itself is not there.
    static func aliases(of key: String) -> [String] {
        var aliases: [String] = []
        // VAEs saved before diffusers 0.18 (`_convert_deprecated_attention_blocks`).
        for (name, old) in [
            (".to_q.", ".query."), (".to_k.", ".key."), (".to_v.", ".value."),
            (".to_out.0.", ".proj_attn."),
        ] where key.contains(".attentions.") && key.contains(name) {
            aliases.append(replacing(name, in: key, with: old))
        }
        // transformers 5 saves text and vision models without the prefix of their inner model.
        for prefix in ["text_model.", "vision_model."] where key.hasPrefix(prefix) {
            aliases.append(String(key.dropFirst(prefix.count)))
        }
        return aliases
    }

    /// Whether a tensor that no layer asks for is harmless: buffers that older exports stored.
    static func mayStayUnused(_ key: String) -> Bool {
        key == "position_ids" || key.hasSuffix(".position_ids")
    }

    private static func replacing(_ part: String, in key: String, with other: String) -> String {
        key.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
