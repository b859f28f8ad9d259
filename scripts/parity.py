"""Measures how far `contrast-worker probe` is from diffusers and transformers on random models.

    python scripts/parity.py [--seed N] [--bpe bpe_simple_vocab_16e6.txt.gz] [--full sdxl]
                             (torch 2.13, diffusers 0.42, transformers 5.23, safetensors 0.8)

It makes small models of many shapes with the libraries' own save_pretrained, in a temporary folder, lets
.build/release/contrast-worker read them, and prints one line per model as a Markdown table: the largest
absolute difference over the largest absolute value of whole tensors, the worst of a model's outputs. It
ends with 1 if one is above 1e-4 or a token id differs. Every seed draws other weights and inputs. With
CLIP's published merges (--bpe), the tokenizer is asked for its whole vocabulary too. `--full` measures a base of
its published size in place of the small models, which takes 15 GiB of memory and, in --models, 7 GB of disk; where
it says bfloat16, the error has to be below that of PyTorch's own bfloat16, which stands beside it.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import diffusers
import torch
import transformers
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts" / "fixtures"))
import parity_full  # noqa: E402
from parity_text import (  # noqa: E402
    byte_characters, merges_and_words, prompt_ids, text_outputs, write_tokenizer,
)
from random_weights import fill, normal  # noqa: E402

WORKER = ROOT / ".build" / "release" / "contrast-worker"
LIMIT = 1e-4


def difference(found, expected):
    """The largest absolute difference over the largest absolute value."""
    assert found.shape == expected.shape, f"{tuple(found.shape)} instead of {tuple(expected.shape)}"
    assert torch.isfinite(found).all(), "not finite"
    return ((found - expected).abs().max() / expected.abs().max()).item()


class Measurement:
    """A folder to work in, and the lines of the table so far."""

    def __init__(self, worker, folder, seed):
        self.worker, self.folder, self.seed, self.failed = worker, folder, seed, False
        print("| component | model | largest relative error |\n|---|---|---|")

    def normal(self, name, *shape):
        return normal(name, *shape, seed=self.seed)

    def fill(self, model, name):
        return fill(model, name, seed=self.seed)

    def line(self, component, model, error, limit=LIMIT):
        self.failed |= not error <= limit
        shown = error if isinstance(error, str) else f"{error:.1e}"
        print(f"| `{component}` | {model} | {shown} |", flush=True)

    def probe(self, component, description, model, given, expected, variant=None, peer=None):
        """Runs a probe and compares everything it returns with what the reference returned; in bfloat16, if `peer`
        is what the reference returned in it."""
        source, target = self.folder / "in.safetensors", self.folder / "out.safetensors"
        save_file({key: value.contiguous() for key, value in given.items()}, source)
        command = [self.worker, "probe", component, "--model", model, "--in", source, "--out", target]
        command += ["--variant", variant] if variant else []
        command += ["--precision", "bfloat16"] if peer else []
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            self.failed = True
            print(f"| `{component}` | {description} | {run.stderr.strip()} |", flush=True)
            return
        found = load_file(target)
        assert found.keys() == expected.keys(), f"{found.keys()} instead of {expected.keys()}"
        worst = max(difference(found[key], expected[key]) for key in expected)
        if peer:
            limit = max(difference(peer[key], expected[key]) for key in expected)
            self.line(component, f"{description}; bfloat16, PyTorch's own is off by {limit:.1e}", worst, limit)
        else:
            self.line(component, description, worst)


DOWN, CROSS_DOWN = "DownBlock2D", "CrossAttnDownBlock2D"
UP, CROSS_UP = "UpBlock2D", "CrossAttnUpBlock2D"

# Name: options, size of the latents, how it is saved.
UNETS = {
    "SD v1.5, four levels, 3 heads": (dict(
        block_out_channels=(24, 48, 72, 72), layers_per_block=2, cross_attention_dim=20,
        attention_head_dim=3, norm_num_groups=6,
        down_block_types=(CROSS_DOWN,) * 3 + (DOWN,), up_block_types=(UP,) + (CROSS_UP,) * 3,
    ), (24, 16), {}),
    "the same, sides not multiples of 8": (dict(
        block_out_channels=(24, 48, 72, 72), layers_per_block=2, cross_attention_dim=20,
        attention_head_dim=3, norm_num_groups=6,
        down_block_types=(CROSS_DOWN,) * 3 + (DOWN,), up_block_types=(UP,) + (CROSS_UP,) * 3,
    ), (13, 22), {}),
    "SD v2, linear projections, heads per level": (dict(
        block_out_channels=(16, 32, 64, 64), layers_per_block=1, cross_attention_dim=28,
        attention_head_dim=(1, 2, 4, 8), norm_num_groups=8, use_linear_projection=True,
        down_block_types=(CROSS_DOWN,) * 3 + (DOWN,), up_block_types=(UP,) + (CROSS_UP,) * 3,
    ), (16, 16), {}),
    "SDXL, 2 and 5 transformer layers, sharded": (dict(
        block_out_channels=(32, 64, 96), layers_per_block=2, cross_attention_dim=48,
        attention_head_dim=(2, 4, 6), norm_num_groups=16, transformer_layers_per_block=(1, 2, 5),
        use_linear_projection=True, addition_embed_type="text_time", addition_time_embed_dim=12,
        projection_class_embeddings_input_dim=6 * 12 + 40,
        down_block_types=(DOWN, CROSS_DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, CROSS_UP, UP),
    ), (12, 20), {"max_shard_size": "1MB"}),
    "inpainting, 9 channels, layers per level": (dict(
        in_channels=9, block_out_channels=(40, 20, 60), layers_per_block=(1, 3, 2),
        cross_attention_dim=15, attention_head_dim=(4, 5, 2), norm_num_groups=5,
        transformer_layers_per_block=(2, 1, 1), norm_eps=1e-6, time_embedding_dim=44,
        down_block_types=(CROSS_DOWN, DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, UP, CROSS_UP),
    ), (8, 12), {}),
    "sines first, shifted frequencies": (dict(
        block_out_channels=(12, 36), layers_per_block=1, cross_attention_dim=9,
        attention_head_dim=6, norm_num_groups=4, flip_sin_to_cos=False, freq_shift=1,
        down_block_types=(CROSS_DOWN, CROSS_DOWN), up_block_types=(CROSS_UP, CROSS_UP),
    ), (10, 6), {}),
    "SD v1.5 at half its width": (dict(
        block_out_channels=(160, 320, 640, 640), layers_per_block=2, cross_attention_dim=768,
        attention_head_dim=8, norm_num_groups=32,
        down_block_types=(CROSS_DOWN,) * 3 + (DOWN,), up_block_types=(UP,) + (CROSS_UP,) * 3,
    ), (32, 40), {}),
    "stored as float16": (dict(
        block_out_channels=(16, 48), layers_per_block=1, cross_attention_dim=24,
        attention_head_dim=4, norm_num_groups=8,
        down_block_types=(CROSS_DOWN, DOWN), up_block_types=(UP, CROSS_UP),
    ), (16, 8), {"variant": "fp16"}),
}


def unets(measure):
    for number, (name, (options, (height, width), saving)) in enumerate(UNETS.items()):
        model = measure.fill(UNet2DConditionModel(**options), f"unet {number}")
        half = saving.get("variant") == "fp16"
        if half:
            model = model.half()
        folder = measure.folder / f"unet{number}"
        model.save_pretrained(folder / "unet", **saving)
        model = model.float()
        given = {
            "sample": measure.normal(f"sample {number}", 2, model.config.in_channels, height, width),
            "timestep": torch.tensor([961.0, 41.0]),
            "encoder_hidden_states": measure.normal(
                f"text {number}", 2, 11, model.config.cross_attention_dim),
        }
        added = None
        if model.config.addition_embed_type:
            size = model.config.projection_class_embeddings_input_dim
            size -= 6 * model.config.addition_time_embed_dim
            given["text_embeds"] = measure.normal(f"pooled {number}", 2, size)
            given["time_ids"] = torch.tensor([[1024.0, 768, 0, 16, 1024, 1024], [512, 512, 8, 0, 768, 512]])
            added = {key: given[key] for key in ("text_embeds", "time_ids")}
        output = model(
            given["sample"], given["timestep"], given["encoder_hidden_states"], added_cond_kwargs=added)
        measure.probe("unet", name, folder, given, {"sample": output.sample}, saving.get("variant"))


AUTOENCODERS = {
    "SD v1.5, four levels": (dict(
        block_out_channels=(16, 32, 48, 48), layers_per_block=2, norm_num_groups=8, latent_channels=4,
    ), (64, 40)),
    "SDXL, force_upcast, three layers": (dict(
        block_out_channels=(20, 40, 60), layers_per_block=3, norm_num_groups=10, latent_channels=4,
        scaling_factor=0.13025, force_upcast=True,
    ), (32, 48)),
    "16 latent channels, no quant convolutions": (dict(
        block_out_channels=(12, 24), layers_per_block=1, norm_num_groups=6, latent_channels=16,
        use_quant_conv=False, use_post_quant_conv=False,
    ), (26, 34)),
    "SD v1.5 at half its width": (dict(
        block_out_channels=(64, 128, 256, 256), layers_per_block=2, norm_num_groups=32, latent_channels=4,
    ), (128, 96)),
    "no attention": (dict(
        block_out_channels=(8, 24, 24), layers_per_block=1, norm_num_groups=4, latent_channels=3,
        mid_block_add_attention=False,
    ), (36, 28)),
}


def autoencoders(measure):
    for number, (name, (options, (height, width))) in enumerate(AUTOENCODERS.items()):
        levels = len(options["block_out_channels"])
        model = measure.fill(AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * levels,
            up_block_types=("UpDecoderBlock2D",) * levels, **options), f"vae {number}")
        folder = measure.folder / f"vae{number}"
        model.save_pretrained(folder / "vae")
        image = torch.tanh(measure.normal(f"image {number}", 2, 3, height, width))
        posterior = model.encode(image).latent_dist
        expected = {"mean": posterior.mean, "logvar": posterior.logvar}
        measure.probe("vae-encode", name, folder, {"image": image}, expected)
        latent = measure.normal(f"latent {number}", 2, options["latent_channels"], 7, 9)
        expected = {"image": model.decode(latent).sample}
        measure.probe("vae-decode", name, folder, {"latent": latent}, expected)


# Name: class, component, options, number of tokens, whether the keys get the prefix of published files.
TEXT_ENCODERS = {
    "SD v1.5, published keys, end token 2": (CLIPTextModel, "text-encoder", dict(
        hidden_size=48, intermediate_size=100, num_hidden_layers=5, num_attention_heads=6,
        hidden_act="quick_gelu", eos_token_id=2, vocab_size=301), 77, True),
    "SD v1.5 in its own size": (CLIPTextModel, "text-encoder", dict(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
        hidden_act="quick_gelu", eos_token_id=2, vocab_size=301), 77, True),
    "transformers 5 keys, short": (CLIPTextModel, "text-encoder", dict(
        hidden_size=36, intermediate_size=60, num_hidden_layers=2, num_attention_heads=9,
        hidden_act="gelu", eos_token_id=300, vocab_size=301, layer_norm_eps=1e-6), 13, False),
    "SDXL's second, with projection": (CLIPTextModelWithProjection, "text-encoder-2", dict(
        hidden_size=40, intermediate_size=160, num_hidden_layers=4, num_attention_heads=5,
        hidden_act="gelu", eos_token_id=300, vocab_size=301, projection_dim=28), 77, True),
    "the same, stored as bfloat16": (CLIPTextModelWithProjection, "text-encoder-2", dict(
        hidden_size=20, intermediate_size=30, num_hidden_layers=3, num_attention_heads=2,
        hidden_act="gelu", eos_token_id=300, vocab_size=301, projection_dim=44), 21, False),
}


def text_encoders(measure):
    for number, (name, case) in enumerate(TEXT_ENCODERS.items()):
        architecture, component, options, length, prefixed = case
        model = measure.fill(
            architecture(CLIPTextConfig(
                max_position_embeddings=77, bos_token_id=299, pad_token_id=300, **options)), f"text {number}")
        folder = measure.folder / f"text{number}" / component.replace("-", "_")
        model = model.to(torch.bfloat16) if "bfloat16" in name else model
        model.save_pretrained(folder)
        model = model.float()
        if prefixed:
            file = folder / "model.safetensors"
            save_file({
                key if key.startswith("text_") else f"text_model.{key}": value
                for key, value in load_file(file).items()
            }, file, metadata={"format": "pt"})
        ids = prompt_ids(299, length, (length - 1, length // 2, 3), measure.seed + number)
        expected = text_outputs(model, ids)
        measure.probe(component, name, folder.parent, {"input_ids": ids}, expected)


IMAGE_ENCODERS = {
    "patches of 14, GELU, 5 layers": dict(
        hidden_size=40, intermediate_size=110, num_hidden_layers=5, num_attention_heads=5,
        image_size=70, patch_size=14, projection_dim=33, hidden_act="gelu"),
    "patches of 16, quick GELU, 7 heads": dict(
        hidden_size=56, intermediate_size=64, num_hidden_layers=2, num_attention_heads=7,
        image_size=48, patch_size=16, projection_dim=24, hidden_act="quick_gelu"),
    "ViT-L/14 at 224 pixels, 6 layers": dict(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=6, num_attention_heads=16,
        image_size=224, patch_size=14, projection_dim=768, hidden_act="quick_gelu"),
    "sides not multiples of the patches of 9": dict(
        hidden_size=24, intermediate_size=96, num_hidden_layers=3, num_attention_heads=2,
        image_size=50, patch_size=9, projection_dim=60, hidden_act="gelu"),
}


def image_encoders(measure):
    for number, (name, options) in enumerate(IMAGE_ENCODERS.items()):
        model = measure.fill(
            CLIPVisionModelWithProjection(CLIPVisionConfig(**options)), f"vision {number}")
        folder = measure.folder / f"vision{number}"
        model.save_pretrained(folder)
        side = options["image_size"]
        pixels = measure.normal(f"pixels {number}", 2, 3, side, side)
        output = model(pixels, output_hidden_states=True)
        expected = {f"hidden_states.{i}": state for i, state in enumerate(output.hidden_states)}
        expected["image_embeds"] = output.image_embeds
        measure.probe("image-encoder", name, folder, {"pixel_values": pixels}, expected)


# Name: width of the picture's states, width inside, heads, queries, width of the text. diffusers knows
# plain adapters of 4 tokens and resamplers of 4 layers only.
IP_ADAPTERS_PLUS = {
    "plus, 16 tokens, 3 heads": (44, 32, 3, 16, 28),
    "plus, 5 tokens, 1 head": (20, 48, 1, 5, 64),
}


def ip_adapters(measure):
    def value(key, *shape):
        values = measure.normal(key, *shape)
        if len(shape) == 2:
            return 1.2 * values / shape[1] ** 0.5
        return values if len(shape) == 3 else 0.2 * values + (1 if key.endswith("norm.weight") else 0)

    def tokens(name, cross, projection, states):
        model = UNet2DConditionModel(
            block_out_channels=(8, 8), layers_per_block=1, cross_attention_dim=cross,
            attention_head_dim=2, norm_num_groups=4, down_block_types=(CROSS_DOWN, DOWN),
            up_block_types=(UP, CROSS_UP))
        attention = {}
        for index, processor in enumerate(model.attn_processors):
            if "attn2" in processor:
                attention[f"{index}.to_k_ip.weight"] = value(f"{name} {index} k", 8, cross)
                attention[f"{index}.to_v_ip.weight"] = value(f"{name} {index} v", 8, cross)
        parts = {"image_proj": projection, "ip_adapter": attention}
        model._load_ip_adapter_weights([parts], low_cpu_mem_usage=False)
        expected = model.encoder_hid_proj([states.unsqueeze(1)])[0].reshape(len(states), -1, cross)
        file = measure.folder / "ip-adapter.safetensors"
        save_file(
            {f"{part}.{key}": tensor for part, state in parts.items() for key, tensor in state.items()},
            file)
        measure.probe("ip-adapter", name, file, {"hidden_states": states}, {"tokens": expected})

    cross, embedding, count, depth = 36, 52, 4, 4
    tokens(f"plain, {count} tokens", cross, {
        "proj.weight": value("proj", count * cross, embedding), "proj.bias": value("b", count * cross),
        "norm.weight": value("norm.weight", cross), "norm.bias": value("norm.bias", cross),
    }, measure.normal("embeds", 3, embedding))
    for name, (states, width, heads, queries, cross) in IP_ADAPTERS_PLUS.items():
        projection = {"latents": value("latents", 1, queries, width)}
        for key, rows, columns in (("proj_in", width, states), ("proj_out", cross, width)):
            projection[f"{key}.weight"] = value(f"{name} {key}", rows, columns)
            projection[f"{key}.bias"] = value(f"{name} {key} bias", rows)
        for key, size in [("norm_out", cross)] + [
            (f"layers.{i}.{norm}", width) for i in range(depth) for norm in ("0.norm1", "0.norm2", "1.0")
        ]:
            projection[f"{key}.weight"] = value(f"{name} {key} norm.weight", size)
            projection[f"{key}.bias"] = value(f"{name} {key} bias", size)
        for i in range(depth):
            for key, rows, columns in (
                ("0.to_q", 64 * heads, width), ("0.to_kv", 128 * heads, width),
                ("0.to_out", width, 64 * heads), ("1.1", 4 * width, width), ("1.3", width, 4 * width),
            ):
                projection[f"layers.{i}.{key}.weight"] = value(f"{name} {i} {key}", rows, columns)
        tokens(name, cross, projection, measure.normal(f"{name} states", 2, 10, states))


STRINGS = [
    "", " ", "a photo of a dog", "A  PHOTO\tof\na DOG!!!", "l'été à Zürich, naïve façade", "it's we'll they've I'd 'S",
    "日本語のプロンプト", "한국어 프롬프트", "ёжик в тумане", "🐶🎩 on a 🏖️", "👩‍👩‍👧‍👦 family", "1234567890 3.14 ½ Ⅷ",
    "&lt;b&gt; &amp; <|endoftext|> <|startoftext|>", "e\u0301 vs é", "ﬁne ﬀ ligatures", "a\u200bb\u00a0c\u3000d",
    "???...!!!---___***", "word " * 90, "supercalifragilisticexpialidocious" * 4, "ẞ İ ǅ Σς", "\u202eabc", "x²+y³≤∞",
]


def tokenizers(measure, bpe):
    alphabet = byte_characters()
    merges, known = merges_and_words(bpe)
    vocabulary = [*known, "<|startoftext|>", "<|endoftext|>"]
    for pad in ("<|endoftext|>", "!"):
        folder = measure.folder / f"tokenizer{ord(pad[0])}"
        write_tokenizer(folder / "tokenizer", {token: i for i, token in enumerate(vocabulary)}, merges, pad)
        reference = CLIPTokenizer.from_pretrained(folder / "tokenizer")
        texts = list(STRINGS)
        if bpe and pad != "!":
            # Words that are in the vocabulary, and those cut out of the middle of others, in prompts of 60.
            words = [
                bytes(alphabet[character] for character in token.removesuffix("</w>")).decode(errors="ignore")
                for token in known
            ]
            # A command line cannot carry a zero.
            words = [word for word in words if "\0" not in word]
            random.Random(measure.seed).shuffle(words)
            texts += [" ".join(words[i : i + 60]) for i in range(0, len(words), 60)]
        wrong = 0
        for text in texts:
            expected = reference(text, padding="max_length", max_length=77, truncation=True).input_ids
            given = [f"--text={text}"] if text.startswith("-") else ["--text", text]
            command = [measure.worker, "probe", "tokenizer", "--model", folder, *given]
            run = subprocess.run(command, capture_output=True, text=True)
            found = json.loads(run.stdout) if run.returncode == 0 else run.stderr.strip()
            if found != expected:
                wrong += 1
                print(f"{text!r}: {found} instead of {expected}", file=sys.stderr)
        measure.failed |= wrong > 0
        described = f"{len(vocabulary)} entries, padded with {pad}, {len(texts)} texts"
        print(f"| `tokenizer` | {described} | {wrong or 'no'} texts differ |", flush=True)


@torch.no_grad()
def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seed", type=int, default=20)
    arguments.add_argument("--bpe", help="CLIP's published merges, gzipped")
    arguments.add_argument("--full", choices=["sdxl"], help="a base of its published size")
    arguments.add_argument(
        "--models", type=pathlib.Path, default=ROOT / ".build" / "full-models", help="where --full keeps its models")
    arguments.add_argument("--worker", type=pathlib.Path, default=WORKER, help="contrast-worker")
    options = arguments.parse_args()
    if not os.access(options.worker, os.X_OK):
        sys.exit(f"{options.worker} is missing: swift build -c release --product contrast-worker")
    transformers.logging.disable_progress_bar()
    diffusers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as folder:
        measure = Measurement(options.worker, pathlib.Path(folder), options.seed)
        if options.full:
            # The seed is in the folder's name: other weights are other files.
            base = options.models / f"{options.full}-{options.seed}"
            parity_full.sdxl_base(base, measure.fill, options.bpe)
            parity_full.sdxl(measure, base)
            sys.exit(measure.failed)
        for part in (unets, autoencoders, text_encoders, image_encoders, ip_adapters):
            part(measure)
        tokenizers(measure, options.bpe)
    sys.exit(measure.failed)


if __name__ == "__main__":
    main()
