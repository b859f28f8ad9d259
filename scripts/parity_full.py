"""Parity at full size: models of the published shapes with random weights, which `parity.py --full` measures.

`sdxl_base` saves a whole base in the diffusers layout where there is none: Stable Diffusion XL base 1.0
with its UNet of 2.57 billion parameters in float16 shards, both text encoders, autoencoder, tokenizers and
scheduler (7 GB). The reference computes in float32 (and bfloat16) from these very files. It needs 11 GiB of
memory for a moment, so its results are kept and the model is let go before the probe starts.
"""

import gc
import json

import torch
from diffusers import AutoencoderKL, EulerDiscreteScheduler, UNet2DConditionModel
from parity_text import merges_and_words, prompt_ids, text_outputs, write_tokenizer
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

SDXL_UNET = dict(
    sample_size=128, block_out_channels=(320, 640, 1280), layers_per_block=2, cross_attention_dim=2048,
    attention_head_dim=(5, 10, 20), transformer_layers_per_block=(1, 2, 10), use_linear_projection=True,
    addition_embed_type="text_time", addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
)
SDXL_VAE = dict(
    block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, sample_size=1024,
    scaling_factor=0.13025, force_upcast=True,
    down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
)
SPECIAL_IDS = dict(max_position_embeddings=77, bos_token_id=49406, eos_token_id=49407)
TEXT = dict(
    hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, projection_dim=768,
    hidden_act="quick_gelu", **SPECIAL_IDS)
SECOND_TEXT = dict(
    hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20, projection_dim=1280,
    hidden_act="gelu", **SPECIAL_IDS)


def empty_unet(options):
    """A UNet in float16 whose weights are not drawn yet: in float32 it would take twice the memory."""
    with torch.device("meta"):
        model = UNet2DConditionModel(**options)
    return model.half().to_empty(device="cpu")


def tokenizer(folder, pad, bpe):
    """CLIP's tokenizer; without the published merges it knows bytes alone, at the ids that they have there."""
    merges, words = merges_and_words(bpe)
    vocabulary = {word: index for index, word in enumerate(words)}
    write_tokenizer(folder, vocabulary | {"<|startoftext|>": 49406, "<|endoftext|>": 49407}, merges, pad)


def sdxl_base(folder, fill, bpe):
    """Saves a base of SDXL's published shapes where there is none."""
    makers = {
        "unet": lambda: empty_unet(SDXL_UNET), "vae": lambda: AutoencoderKL(**SDXL_VAE).half(),
        "text_encoder": lambda: CLIPTextModel(CLIPTextConfig(**TEXT)).half(),
        "text_encoder_2": lambda: CLIPTextModelWithProjection(CLIPTextConfig(**SECOND_TEXT)).half(),
    }
    for name, make in makers.items():
        if not (folder / name).exists():
            fill(make(), f"sdxl {name}").save_pretrained(folder / name, max_shard_size="2GB")
            gc.collect()
    for name, pad in (("tokenizer", "<|endoftext|>"), ("tokenizer_2", "!")):
        if not (folder / name).exists():
            tokenizer(folder / name, pad, bpe)
    EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1, timestep_spacing="leading",
    ).save_pretrained(folder / "scheduler")
    parts = {name: ["diffusers", type_name] for name, type_name in (
        ("unet", "UNet2DConditionModel"), ("vae", "AutoencoderKL"), ("scheduler", "EulerDiscreteScheduler"))}
    parts |= {name: ["transformers", type_name] for name, type_name in (
        ("text_encoder", "CLIPTextModel"), ("text_encoder_2", "CLIPTextModelWithProjection"),
        ("tokenizer", "CLIPTokenizer"), ("tokenizer_2", "CLIPTokenizer"))}
    (folder / "model_index.json").write_text(json.dumps(dict(
        _class_name="StableDiffusionXLPipeline", force_zeros_for_empty_prompt=True, **parts), indent=1))


def unet_inputs(measure, side):
    return {
        "sample": measure.normal(f"sdxl sample {side}", 1, 4, side, side), "timestep": torch.tensor([431.0]),
        "encoder_hidden_states": measure.normal(f"sdxl text {side}", 1, 77, 2048),
        "text_embeds": measure.normal(f"sdxl pooled {side}", 1, 1280),
        "time_ids": torch.tensor([[1024.0, 768, 0, 16, 1024, 1024]]),
    }


def denoised(folder, inputs, number):
    """What diffusers' UNet makes of each of the inputs, computed in a number format, as float32."""
    model = UNet2DConditionModel.from_pretrained(folder, subfolder="unet", torch_dtype=number).eval()
    outputs = []
    for given in inputs:
        given = {key: value if key in ("timestep", "time_ids") else value.to(number) for key, value in given.items()}
        added = {key: given[key] for key in ("text_embeds", "time_ids")}
        output = model(
            given["sample"], given["timestep"], given["encoder_hidden_states"], added_cond_kwargs=added)
        outputs.append({"sample": output.sample.float()})
    return outputs


def texts(folder, name, ids, number):
    """What a text encoder of transformers makes of ids, computed in a number format, as float32."""
    architecture = CLIPTextModel if name == "text_encoder" else CLIPTextModelWithProjection
    model = architecture.from_pretrained(folder, subfolder=name, torch_dtype=number).eval()
    return {key: value.float() for key, value in text_outputs(model, ids).items()}


def autoencoded(folder, image, latent):
    model = AutoencoderKL.from_pretrained(folder, subfolder="vae", torch_dtype=torch.float32).eval()
    posterior = model.encode(image).latent_dist
    return {"mean": posterior.mean, "logvar": posterior.logvar}, {"image": model.decode(latent).sample}


def sdxl(measure, folder):
    """Every part of the base that computes, and how far bfloat16 is off."""
    sides = (32, 64, 128)
    inputs = [unet_inputs(measure, side) for side in sides]
    both = torch.float32, torch.bfloat16
    expected, brief = (denoised(folder, inputs, number) for number in both)
    gc.collect()
    for side, given, whole, short in zip(sides, inputs, expected, brief):
        description = f"SDXL base 1.0, 2.57 billion parameters in float16, {8 * side} pixels"
        measure.probe("unet", description, folder, given, whole)
        measure.probe("unet", description, folder, given, whole, peer=short)
    ids = prompt_ids(49406, 77, (76, 30, 3), measure.seed)
    for name, description in (
        ("text_encoder", "SDXL's first, ViT-L in float16"),
        ("text_encoder_2", "SDXL's second, OpenCLIP bigG in float16"),
    ):
        whole, short = (texts(folder, name, ids, number) for number in both)
        gc.collect()
        component = name.replace("_", "-")
        measure.probe(component, description, folder, {"input_ids": ids}, whole)
        measure.probe(component, description, folder, {"input_ids": ids}, whole, peer=short)
    image = torch.tanh(measure.normal("sdxl image", 1, 3, 512, 512))
    latent = measure.normal("sdxl latent", 1, 4, 64, 64)
    encoded, decoded = autoencoded(folder, image, latent)
    gc.collect()
    description = "SDXL base 1.0, force_upcast, float16, 512 pixels"
    measure.probe("vae-encode", description, folder, {"image": image}, encoded)
    measure.probe("vae-decode", description, folder, {"latent": latent}, decoded)
