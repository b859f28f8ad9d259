extension SmallWorldModel {
    /// CLIP's text model: 4 layers of width 128 over 32 tokens.
    static func textEncoder(vocabularySize: Int) -> String {
        """
        {
          "architectures": ["CLIPTextModel"],
          "attention_dropout": 0.0,
          "bos_token_id": \(vocabularySize - 2),
          "eos_token_id": \(vocabularySize - 1),
          "hidden_act": "quick_gelu",
          "hidden_size": 128,
          "initializer_factor": 1.0,
          "initializer_range": 0.02,
          "intermediate_size": 512,
          "layer_norm_eps": 1e-05,
          "max_position_embeddings": \(SmallWorldTokenizer.length),
          "model_type": "clip_text_model",
          "num_attention_heads": 4,
          "num_hidden_layers": 4,
          "pad_token_id": \(vocabularySize - 1),
          "projection_dim": 128,
          "vocab_size": \(vocabularySize)
        }
        """
    }

    /// CLIP's vision model: 4 layers of width 128 over 64 patches of 8×8 pixels.
    static let imageEncoder = """
        {
          "architectures": ["CLIPVisionModelWithProjection"],
          "attention_dropout": 0.0,
          "hidden_act": "quick_gelu",
          "hidden_size": 128,
          "image_size": 64,
          "initializer_factor": 1.0,
          "initializer_range": 0.02,
          "intermediate_size": 512,
          "layer_norm_eps": 1e-05,
          "model_type": "clip_vision_model",
          "num_attention_heads": 4,
          "num_channels": 3,
          "num_hidden_layers": 4,
          "patch_size": 8,
          "projection_dim": 128
        }
        """

    /// The joint model both encoders are trained in.
    static func clip(vocabularySize: Int) -> String {
        """
        {
          "architectures": ["CLIPModel"],
          "initializer_factor": 1.0,
          "logit_scale_init_value": 2.6592,
          "model_type": "clip",
          "projection_dim": 128,
          "text_config": \(indented(textEncoder(vocabularySize: vocabularySize))),
          "vision_config": \(indented(imageEncoder))
        }

        """
    }

    /// DINOv2's architecture: 4 layers of width 128 over 64 patches of 8×8 pixels.
    static let dinov2 = """
        {
          "architectures": ["Dinov2Model"],
          "attention_probs_dropout_prob": 0.0,
          "drop_path_rate": 0.0,
          "hidden_act": "gelu",
          "hidden_dropout_prob": 0.0,
          "hidden_size": 128,
          "image_size": 64,
          "initializer_range": 0.02,
          "layer_norm_eps": 1e-06,
          "layerscale_value": 1.0,
          "mlp_ratio": 4,
          "model_type": "dinov2",
          "num_attention_heads": 4,
          "num_channels": 3,
          "num_hidden_layers": 4,
          "patch_size": 8,
          "qkv_bias": true,
          "use_swiglu_ffn": false
        }

        """

    /// How pictures become CLIP's input.
    static let clipPreprocessor = preprocessor(
        type: "CLIPImageProcessor",
        mean: "[0.48145466, 0.4578275, 0.40821073]",
        deviation: "[0.26862954, 0.26130258, 0.27577711]"
    )

    /// How pictures become DINOv2's input.
    static let dinov2Preprocessor = preprocessor(
        type: "BitImageProcessor",
        mean: "[0.485, 0.456, 0.406]",
        deviation: "[0.229, 0.224, 0.225]"
    )

    /// The settings of an image processor for 64×64 pixels.
    private static func preprocessor(type: String, mean: String, deviation: String) -> String {
        """
        {
          "crop_size": {"height": 64, "width": 64},
          "do_center_crop": true,
          "do_convert_rgb": true,
          "do_normalize": true,
          "do_rescale": true,
          "do_resize": true,
          "image_mean": \(mean),
          "image_processor_type": "\(type)",
          "image_std": \(deviation),
          "resample": 3,
          "rescale_factor": 0.00392156862745098,
          "size": {"shortest_edge": 64}
        }

        """
    }

    /// A JSON object one level deeper.
    private static func indented(_ text: String) -> String {
        text.split(separator: "\n").joined(separator: "\n  ")
    }
}
