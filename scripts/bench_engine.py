"""Times the engine beside PyTorch and OpenVINO on random models of Stable Diffusion 1.5's and ViT-H's sizes.

    python scripts/bench_engine.py [ITEM …] [--threads 2] [--repeat 5] [--rounds 2] [--models FOLDER]
                                   [--peers eager,openvino,compile] [--json FILE] [--check]
                                   (torch 2.13, diffusers 0.42, transformers 5.23, safetensors 0.8, openvino 2026)

For every item all programs run in turns on the same weights and inputs, in processes of their own with the
same number of threads; the first pass of each process is not counted. PyTorch runs eagerly, with contiguous and
with channels-last weights, and the faster layout counts; OpenVINO runs what it converts from PyTorch, if it is
installed; `--peers eager,compile` asks for torch.compile too, whose first pass takes minutes. One Markdown line per
item: medians (least – most) in seconds, the ratios of the medians to PyTorch's and to the fastest of all, how far
our results and PyTorch's are apart (largest absolute difference over largest absolute value; of trainings, the
losses of the first step), peaks of resident memory, and what our process takes besides its passes, which is loading.
Items that end in `-bfloat16` run all in that precision: contrast-worker its matrix products.
`train-…` are steps of a training: forward, backward, AdamW. `threads` compares one thread with two.
A figure above its bar in scripts/bench_bars.json is marked; with `--check` the exit status is then 1. `--json`
keeps every time that was measured. Models are made in FOLDER (7 GiB) and used again when they are there.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import torch
from safetensors.torch import load_file, save_file

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts" / "fixtures"))
from random_weights import fill, normal  # noqa: E402

WORKER = ROOT / ".build" / "release" / "contrast-worker"
BENCH = ROOT / ".build" / "release" / "contrast-bench"
# The largest ratios that an item may have: ours to PyTorch's time, to the fastest peer's, to PyTorch's memory.
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

# Steps of trainings: what trains, and the inputs.
TRAININGS = {
    "train-ip-512": lambda: {
        "sample": normal("sample", 1, 4, 64, 64), "target": normal("target", 1, 4, 64, 64),
        "timestep": torch.full((1,), 500.0), "encoder_hidden_states": normal("context", 1, 77, 768),
        "image_embeds": normal("embeds", 1, 1024),
    },
    "train-small": lambda: {
        "sample": normal("sample", 16, 4, 16, 16), "target": normal("target", 16, 4, 16, 16),
        "timestep": torch.arange(16) * 60.0, "encoder_hidden_states": normal("context", 16, 77, 64),
    },
}
SMALL_UNET = dict(
    sample_size=16, block_out_channels=(32, 64, 64), cross_attention_dim=64, attention_head_dim=4,
    layers_per_block=1, norm_num_groups=8,
    down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
    up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
)


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
    makers["small_unet"] = lambda: UNet2DConditionModel(**SMALL_UNET)
    for name, make in makers.items():
        if not (folder / name).exists():
            fill(make(), name).save_pretrained(folder / name)
    if not (folder / "ip-adapter.safetensors").exists():
        save_file(ip_adapter(UNet2DConditionModel.from_config(
            UNet2DConditionModel.load_config(folder / "unet"))), folder / "ip-adapter.safetensors")


def ip_adapter(unet):
    """The weights of an IP-Adapter of four tokens, under their published names."""
    width = unet.config.cross_attention_dim
    tensors = {
        "image_proj.proj.weight": normal("proj", 4 * width, 1024) / 32,
        "image_proj.proj.bias": torch.zeros(4 * width),
        "image_proj.norm.weight": torch.ones(width), "image_proj.norm.bias": torch.zeros(width),
    }
    names = [name for name in unet.attn_processors if "attn2" in name]
    for index, name in enumerate(names):
        layer = unet.get_submodule(name.removesuffix(".processor"))
        for part in ("k", "v"):
            key = f"ip_adapter.{2 * index + 1}.to_{part}_ip.weight"
            tensors[key] = normal(key, layer.to_q.weight.shape[0], width) / width**0.5
    return tensors


def adapted_unet(folder):
    """The frozen UNet with a trainable IP-Adapter."""
    unet = unet_of(folder, "unet").requires_grad_(False)
    state = {"image_proj": {}, "ip_adapter": {}}
    for key, value in load_file(folder / "ip-adapter.safetensors").items():
        part, name = key.split(".", 1)
        state[part][name] = value
    unet._load_ip_adapter_weights([state], low_cpu_mem_usage=False)
    for name, parameter in unet.named_parameters():
        parameter.requires_grad_("_ip." in name or name.startswith("encoder_hid_proj"))
    return unet


def unet_of(folder, name):
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel.from_pretrained(folder, subfolder=name)


def run_training(item, folder, repeat, layout, output):
    """What the child process of PyTorch does for a training."""
    given = TRAININGS[item]()
    if item == "train-small":
        unet, extra = unet_of(folder, "small_unet").train(), {}
    else:
        unet = adapted_unet(folder)
        extra = {"added_cond_kwargs": {"image_embeds": [given["image_embeds"].unsqueeze(1)]}}
    if layout == "channels-last":
        unet = unet.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW([p for p in unet.parameters() if p.requires_grad], lr=1e-4, foreach=True)
    sample = given["sample"].requires_grad_(item != "train-small")

    def step():
        predicted = unet(sample, given["timestep"], given["encoder_hidden_states"], **extra).sample
        loss = torch.nn.functional.mse_loss(predicted, given["target"])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        sample.grad = None
        return loss.item()

    loss, times = step(), []
    for _ in range(repeat):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    save_file({"loss": torch.tensor([loss])}, output)
    print(json.dumps(times))


def run_openvino(item, folder, repeat, output):
    """What the child process of OpenVINO does."""
    import openvino

    _, load, given, call = ITEMS[item]()
    names = list(given)

    class Wrapped(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, *tensors):
            return list(call(self.model, dict(zip(names, tensors))).values())[0]

    converted = folder / "openvino" / f"{item.removesuffix('-bfloat16')}.xml"
    if not converted.exists():
        converted.parent.mkdir(exist_ok=True)
        tensors = tuple(given.values())
        with torch.no_grad():
            model = openvino.convert_model(
                Wrapped(load(folder).eval()), example_input=tensors,
                input=[list(tensor.shape) for tensor in tensors],
            )
        openvino.save_model(model, converted, compress_to_fp16=False)
        # A fresh process, so that the peak of memory is that of running.
        os.execv(sys.executable, [sys.executable, *sys.argv])
    compiled = openvino.Core().compile_model(converted, "CPU", {
        "INFERENCE_PRECISION_HINT": "bf16" if item in PRECISIONS else "f32",
        "INFERENCE_NUM_THREADS": int(os.environ["OMP_NUM_THREADS"]),
        "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1,
    })
    request, inputs = compiled.create_infer_request(), [tensor.numpy() for tensor in given.values()]
    request.infer(inputs)
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        request.infer(inputs)
        times.append(time.perf_counter() - start)
    print(json.dumps(times))


def run_torch(item, folder, repeat, layout, output):
    """What the child process of PyTorch does."""
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
    if layout == "compiled":
        model = torch.compile(model)
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
    """The times that a child process prints, its peak of resident memory in GiB, and the seconds it took."""
    environment = {**os.environ, "CONTRAST_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    with tempfile.TemporaryFile("w+") as printed:
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdout=printed, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            sys.exit(f"{command[0]} ended with {child.returncode}")
        printed.seek(0)
        return json.loads(printed.read().splitlines()[-1]), usage.ru_maxrss / 2**20, wall


def our_command(item, folder, source, output, repeat):
    """How our side of an item is run."""
    if item == "train-ip-512":
        return [
            BENCH, "adapter-step", "--unet", folder / "unet", "--adapter", folder / "ip-adapter.safetensors",
            "--in", source, "--repeat", repeat,
        ]
    if item == "train-small":
        return [BENCH, "denoiser-step", "--unet", folder / "small_unet", "--in", source, "--repeat", repeat]
    return [
        WORKER, "probe", ITEMS[item]()[0], "--model", folder, "--in", source, "--out", output,
        "--repeat", repeat, "--precision", PRECISIONS.get(item, "float32"),
    ]


def compare(item, folder, arguments):
    given = TRAININGS[item]() if item in TRAININGS else ITEMS[item]()[2]
    layouts = ["contiguous", "channels-last"]
    if "compile" in arguments.peers and item not in TRAININGS:
        layouts.append("compiled")
    with tempfile.TemporaryDirectory() as temporary:
        source, ours, theirs = (pathlib.Path(temporary) / name for name in ("in", "ours", "theirs"))
        save_file({key: value.contiguous() for key, value in given.items()}, source)
        commands = {"ours": our_command(item, folder, source, ours, arguments.repeat)}
        child = [sys.executable, __file__, item, "--models", folder, "--repeat", arguments.repeat]
        for layout in layouts:
            commands[layout] = [*child, "--torch", layout, "--out", theirs]
        if "openvino" in arguments.peers and item not in TRAININGS:
            commands["openvino"] = [*child, "--torch", "openvino", "--out", theirs]
        times, peaks, loading = {name: [] for name in commands}, {name: 0 for name in commands}, []
        for _ in range(arguments.rounds):
            for name, command in commands.items():
                some, peak, wall = measured(command, arguments.threads)
                if name == "ours":
                    if item in TRAININGS:
                        first_loss, some = some["loss"], some["seconds"]
                    loading.append(wall - sum(some) - statistics.median(some))
                times[name] += some
                peaks[name] = max(peaks[name], peak)
        expected = load_file(theirs)
        found = {"loss": torch.tensor([first_loss])} if item in TRAININGS else load_file(ours)
        error = max(
            ((found[key] - value).abs().max() / value.abs().max()).item()
            for key, value in expected.items()
        )
    medians = {name: statistics.median(some) for name, some in times.items()}
    layout = min(("contiguous", "channels-last"), key=medians.get)
    peers = [name for name in commands if name != "ours"]
    best = min(peers, key=medians.get)

    def shown(name):
        if name not in times:
            return "–"
        return f"{medians[name]:.3g} s ({min(times[name]):.3g} – {max(times[name]):.3g})"

    figures = {
        "eager": medians["ours"] / medians[layout],
        "best": medians["ours"] / medians[best],
        "memory": peaks["ours"] / peaks[layout],
    }
    bars = json.loads(BARS.read_text())[item]
    missed = [name for name in figures if figures[name] > bars[name]]

    def ratio(name):
        return f"{figures[name]:.2f} (≤ {bars[name]:.2f}{', missed' if name in missed else ''})"

    print(
        f"| `{item}` | {shown(layout)} | {shown('openvino')} | {shown('ours')} | {ratio('eager')} "
        f"| {ratio('best')} | {error:.1e} | {peaks[layout]:.1f} GiB | {peaks['ours']:.1f} GiB "
        f"| {ratio('memory')} | {statistics.median(loading):.1f} s |",
        flush=True,
    )
    return {
        "item": item, "seconds": times, "gibibytes": peaks, "layout": layout, "best": best, "ratios": figures,
        "bars": bars, "missed": missed, "apart": error, "threads": arguments.threads, "loading": loading,
    }


def compare_threads(folder, arguments):
    """How much faster two threads are than one, in turns."""
    bar = json.loads(BARS.read_text())["threads"]["speedup"]
    with tempfile.TemporaryDirectory() as temporary:
        source, output = pathlib.Path(temporary) / "in", pathlib.Path(temporary) / "out"
        save_file({key: value.contiguous() for key, value in ITEMS["unet-512"]()[2].items()}, source)
        command = our_command("unet-512", folder, source, output, arguments.repeat)
        times = {1: [], 2: []}
        for _ in range(arguments.rounds):
            for threads, some in times.items():
                some += measured(command, threads)[0]
    medians = {threads: statistics.median(some) for threads, some in times.items()}
    speedup = medians[1] / medians[2]
    mark = ", missed" if speedup < bar else ""
    print(
        f"\n`unet-512` with one thread {medians[1]:.3g} s, with two {medians[2]:.3g} s: "
        f"{speedup:.2f} times as fast (≥ {bar}{mark})",
        flush=True,
    )
    return {
        "item": "threads", "seconds": times, "speedup": speedup, "missed": ["speedup"] if mark else [],
    }


def main():
    names = [*ITEMS, *TRAININGS, "threads"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("items", nargs="*", metavar="ITEM", help=", ".join(names))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=5, help="passes of each process")
    parser.add_argument("--rounds", type=int, default=2, help="processes of each program")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / ".build" / "bench-models")
    parser.add_argument("--peers", default="eager,openvino", help="eager, openvino, compile")
    parser.add_argument("--json", type=pathlib.Path, help="file for every time measured")
    parser.add_argument("--check", action="store_true", help="exit status 1 where a bar is missed")
    parser.add_argument("--torch", help=argparse.SUPPRESS)
    parser.add_argument("--out", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    for item in arguments.items:
        if item not in names:
            parser.error(f"expected one of {', '.join(names)}, found {item}")
    if arguments.torch:
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        (item,) = arguments.items
        if arguments.torch == "openvino":
            run_openvino(item, arguments.models, arguments.repeat, arguments.out)
        else:
            run = run_training if item in TRAININGS else run_torch
            run(item, arguments.models, arguments.repeat, arguments.torch, arguments.out)
        return
    if importlib.util.find_spec("openvino") is None:
        arguments.peers = arguments.peers.replace("openvino", "")
    make_models(arguments.models)
    print(
        "| item | PyTorch eager | OpenVINO | ours | to eager | to the fastest | apart "
        "| memory of eager | ours | ratio | loading |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    results = [
        compare_threads(arguments.models, arguments) if item == "threads"
        else compare(item, arguments.models, arguments)
        for item in arguments.items or names
    ]
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    if arguments.check and any(result["missed"] for result in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
