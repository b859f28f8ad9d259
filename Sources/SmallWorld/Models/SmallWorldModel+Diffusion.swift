extension SmallWorldModel {
    /// Which classes a diffusers pipeline loads.
    static let modelIndex = """
        {
          "_class_name": "StableDiffusionPipeline",
          "_diffusers_version": "0.42.1",
          "feature_extractor": ["transformers", "CLIPImageProcessor"],
          "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
          "requires_safety_checker": false,
          "safety_checker": [null, null],
          "scheduler": ["diffusers", "DDIMScheduler"],
          "text_encoder": ["transformers", "CLIPTextModel"],
          "tokenizer": ["transformers", "CLIPTokenizer"],
          "unet": ["diffusers", "UNet2DConditionModel"],
          "vae": ["diffusers", "AutoencoderKL"]
        }

        """

    /// 4.8 M parameters over latents of 16×16×4; cross-attention at 16×16 and 8×8 (seven layers in all).
    static let unet = """
        {
          "_class_name": "UNet2DConditionModel",
          "act_fn": "silu",
          "attention_head_dim": 4,
          "block_out_channels": [64, 96, 128],
          "center_input_sample": false,
          "cross_attention_dim": 128,
          "down_block_types": ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
          "downsample_padding": 1,
          "flip_sin_to_cos": true,
          "freq_shift": 0,
          "in_channels": 4,
          "layers_per_block": 1,
          "mid_block_scale_factor": 1,
          "mid_block_type": "UNetMidBlock2DCrossAttn",
          "norm_eps": 1e-05,
          "norm_num_groups": 32,
          "out_channels": 4,
          "sample_size": 16,
          "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
          "use_linear_projection": true
        }

        """

    /// 0.7 M parameters, 64×64×3 to 16×16×4; thin where the picture is large. Training replaces the scaling
    /// factor by one over the deviation of the latents.
    static let autoencoder = """
        {
          "_class_name": "AutoencoderKL",
          "act_fn": "silu",
          "block_out_channels": [16, 32, 64],
          "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D"],
          "force_upcast": false,
          "in_channels": 3,
          "latent_channels": 4,
          "layers_per_block": 1,
          "norm_num_groups": 8,
          "out_channels": 3,
          "sample_size": 64,
          "scaling_factor": 1.0,
          "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D"]
        }

        """

    /// Stable Diffusion's noise schedule.
    static let scheduler = """
        {
          "_class_name": "DDIMScheduler",
          "beta_end": 0.012,
          "beta_schedule": "scaled_linear",
          "beta_start": 0.00085,
          "clip_sample": false,
          "num_train_timesteps": 1000,
          "prediction_type": "epsilon",
          "set_alpha_to_one": false,
          "steps_offset": 1,
          "timestep_spacing": "leading"
        }

        """
}
