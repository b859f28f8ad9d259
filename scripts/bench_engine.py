"""Times `contrast-worker probe` beside PyTorch on random models of Stable Diffusion 1.5's and ViT-H's sizes.

    python scripts/bench_engine.py [ITEM …] [--threads 2] [--repeat 5] [--rounds 2] [--models FOLDER]
                                   [--json FILE] [--check]
                                   (torch 2.13, diffusers 0.42, transformers 5.23, safetensors 0.8)

For every item both programs run in turns on the same weights and inputs, in processes of their own with the
same number of threads; the first pass of each process is not counted. PyTorch runs eagerly, with contiguous and
with channels-last weights, and the faster layout counts. One Markdown line per item: medians (least – most) in
seconds, the ratio of the medians, how far the results are apart (largest absolute difference over largest absolute
value), and both peaks of resident memory. Items that end in `-bfloat16` run both in that precision: PyTorch all of
it, contrast-worker its matrix products.
A figure above its bar in scripts/bench_bars.json is marked; with `--check` the exit status is then 1. `--json`
keeps every time that was measured. Models are made in FOLDER (7 GiB) and used again when they are there.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts" / "fixtures"))
from random_weights import fill, normal  # noqa: E402

WORKER = ROOT / ".build" / "release" / "contrast-worker"
# The largest ratios, ours to PyTorch's, that an item may have.
BARS = ROOT / "scripts" / "bench_bars.json"


def unet(folder):
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel.from_pretrained(folder, subfolder="unet")


def autoencoder(folder):
    from diffusers import AutoencoderKL

    return AutoencoderKL.from_pretrained(folder, subfolder="vae")


def text_encoder(folder):
    from transformers import CLIPTextModel

    return CLIPTextModel.from_pretrained(folder, subfolder="text_encoder")


def image_encoder(folder):
    from transformers import CLIPVisionModelWithProjection

    return CLIPVisionModelWithProjection.from_pretrained(folder, subfolder="image_encoder")


def denoise(batch, side):
    given = {
        "sample": normal("sample", batch, 4, side, side),
        "timestep": torch.full((batch,), 500.0),
        "encoder_hidden_states": normal("context", batch, 77, 768),
    }
    return "unet", unet, given, lambda model, given: {"sample": model(**given).sample}


def encode(model, given):
    distribution = model.encode(given["image"]).latent_dist
    return {"mean": distribution.mean}


# Name: what makes (component of the probe, loader, inputs, call).
ITEMS = {
    "unet-512": lambda: denoise(1, 64),
    "unet-256x2": lambda: denoise(2, 32),
    "vae-decode-512": lambda: (
        "vae-decode", autoencoder, {"latent": normal("latent", 1, 4, 64, 64)},
        lambda model, given: {"image": model.decode(given["latent"]).sample},
    ),
    "vae-encode-512": lambda: (
        "vae-encode", autoencoder, {"image": normal("image", 1, 3, 512, 512).tanh()}, encode,
    ),
    "text": lambda: (
        "text-encoder", text_encoder, {"input_ids": torch.arange(77).reshape(1, 77) * 600 + 1},
        lambda model, given: {"last_hidden_state": model(given["input_ids"]).last_hidden_state},
    ),
    "vit-h": lambda: (
        "image-encoder", image_encoder, {"pixel_values": normal("pixels", 1, 3, 224, 224)},
        lambda model, given: {"image_embeds": model(given["pixel_values"]).image_embeds},
    ),
}

# The precision of an item, where it is not float32.
PRECISIONS = {}
for name in ("unet-512", "unet-256x2", "text", "vit-h"):
    ITEMS[f"{name}-bfloat16"] = ITEMS[name]
    PRECISIONS[f"{name}-bfloat16"] = "bfloat16"


def make_models(folder):
    """Saves random models of the true sizes where there are none."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import (
        CLIPTextConfig, CLIPTextModel, CLIPVisionConfig, CLIPVisionModelWithProjection,
    )

    makers = {
        "unet": lambda: UNet2DConditionModel(cross_attention_dim=768),
        "vae": lambda: AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        ),
        "text_encoder": lambda: CLIPTextModel(CLIPTextConfig(
            hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
            hidden_act="quick_gelu",
        )),
        "image_encoder": lambda: CLIPVisionModelWithProjection(CLIPVisionConfig(
            hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=16,
            patch_size=14, image_size=224, projection_dim=1024, hidden_act="gelu",
        )),
    }
    for name, make in makers.items():
        if not (folder / name).exists():
            fill(make(), name).save_pretrained(folder / name)


def run_torch(item, folder, repeat, layout, output):
    """What the child process of PyTorch does."""
    import time

    _, load, given, call = ITEMS[item]()
    model = load(folder).eval().requires_grad_(False)
    if item in PRECISIONS:
        number = getattr(torch, PRECISIONS[item])
        model = model.to(number)
        given = {
            key: value.to(number) if value.is_floating_point() and key != "timestep" else value
            for key, value in given.items()
        }
    if layout == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        given = {
            key: value.contiguous(memory_format=torch.channels_last) if value.ndim == 4 else value
            for key, value in given.items()
        }
    with torch.no_grad():
        result = call(model, given)
        save_file({key: value.float().contiguous() for key, value in result.items()}, output)
        times = []
        for _ in range(repeat):
            start = time.perf_counter()
            call(model, given)
            times.append(time.perf_counter() - start)
    print(json.dumps(times))


def measured(command, threads):
    """The times that a child process prints, and its peak of resident memory in GiB."""
    environment = {**os.environ, "CONTRAST_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    with tempfile.TemporaryFile("w+") as printed:
        child = subprocess.Popen([str(word) for word in command], stdout=printed, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{command[0]} ended with {child.returncode}")
        printed.seek(0)
        return json.loads(printed.read().splitlines()[-1]), usage.ru_maxrss / 2**20


def compare(item, folder, arguments):
    component, _, given, _ = ITEMS[item]()
    with tempfile.TemporaryDirectory() as temporary:
        source, ours, theirs = (pathlib.Path(temporary) / name for name in ("in", "ours", "theirs"))
        save_file({key: value.contiguous() for key, value in given.items()}, source)
        commands = {
            "ours": [
                WORKER, "probe", component, "--model", folder, "--in", source, "--out", ours,
                "--repeat", arguments.repeat, "--precision", PRECISIONS.get(item, "float32"),
            ],
        }
        for layout in ("contiguous", "channels-last"):
            commands[layout] = [
                sys.executable, __file__, item, "--models", folder, "--repeat", arguments.repeat,
                "--torch", layout, "--out", theirs,
            ]
        times, peaks = {name: [] for name in commands}, {name: 0 for name in commands}
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                some, peak = measured(command, arguments.threads)
                times[name] += some
                peaks[name] = max(peaks[name], peak)
        found, expected = load_file(ours), load_file(theirs)
        error = max(
            ((found[key] - value).abs().max() / value.abs().max()).item()
            for key, value in expected.items()
        )
    layout = min(("contiguous", "channels-last"), key=lambda name: statistics.median(times[name]))

    def shown(name):
        middle = statistics.median(times[name])
        return f"{middle:.3g} s ({min(times[name]):.3g} – {max(times[name]):.3g})"

    figures = {
        "time": statistics.median(times["ours"]) / statistics.median(times[layout]),
        "memory": peaks["ours"] / peaks[layout],
    }
    bars = json.loads(BARS.read_text())[item]
    missed = [name for name in figures if figures[name] > bars[name]]

    def ratio(name):
        return f"{figures[name]:.2f} (≤ {bars[name]:.2f}{', missed' if name in missed else ''})"

    print(
        f"| `{item}` | {shown(layout)} | {shown('ours')} | {ratio('time')} | {error:.1e} "
        f"| {peaks[layout]:.1f} GiB | {peaks['ours']:.1f} GiB | {ratio('memory')} |",
        flush=True,
    )
    return {
        "item": item, "seconds": times, "gibibytes": peaks, "layout": layout, "ratios": figures,
        "bars": bars, "missed": missed, "apart": error, "threads": arguments.threads,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("items", nargs="*", metavar="ITEM", help=", ".join(ITEMS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5, help="passes of each process")
    parser.add_argument("--rounds", type=int, default=2, help="processes of each program")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / ".build" / "bench-models")
    parser.add_argument("--json", type=pathlib.Path, help="file for every time measured")
    parser.add_argument("--check", action="store_true", help="exit status 1 where a bar is missed")
    parser.add_argument("--torch", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for item in arguments.items:
        if item not in ITEMS:
            parser.error(f"expected one of {', '.join(ITEMS)}, found {item}")
    if arguments.torch:
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        (item,) = arguments.items
        run_torch(item, arguments.models, arguments.repeat, arguments.torch, arguments.out)
        return
    make_models(arguments.models)
    print(
        "| item | PyTorch eager | contrast-worker | ratio | apart | memory | ours | ratio |\n"
        "|---|---|---|---|---|---|---|---|"
    )
    results = [compare(item, arguments.models, arguments) for item in arguments.items or ITEMS]
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    if arguments.check and any(result["missed"] for result in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
