"""How far bfloat16 is off: that of `contrast-worker probe` and PyTorch's own, each against PyTorch in float32.

    python scripts/precision.py [ITEM …] [--models FOLDER]
                                (torch 2.13, diffusers 0.42, transformers 5.23, safetensors 0.8)

Items, models and inputs are those of `bench_engine.py`. One Markdown line per item: the largest absolute difference
over the largest absolute value, and the root mean square of the differences over that of the values.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file

from bench_engine import ITEMS, PRECISIONS, ROOT, WORKER, make_models


def reference(item, folder, number):
    """What PyTorch computes with an item in a number format, as float32."""
    _, load, given, call = ITEMS[item]()
    model = load(folder).eval().requires_grad_(False).to(number)
    given = {
        key: value.to(number) if value.is_floating_point() and key != "timestep" else value
        for key, value in given.items()
    }
    with torch.no_grad():
        return {key: value.float().contiguous() for key, value in call(model, given).items()}


def probed(item, folder):
    """What the probe computes with an item."""
    component, _, given, _ = ITEMS[item]()
    with tempfile.TemporaryDirectory() as temporary:
        source, target = (pathlib.Path(temporary) / name for name in ("in", "out"))
        save_file({key: value.contiguous() for key, value in given.items()}, source)
        command = [
            WORKER, "probe", component, "--model", folder, "--in", source, "--out", target,
            "--precision", PRECISIONS[item],
        ]
        subprocess.run([str(word) for word in command], check=True)
        return load_file(target)


def errors(found, expected):
    """The largest and the root mean square error over all tensors, relative."""
    def worst(measure):
        return max(
            (measure(found[key] - value) / measure(value)).item() for key, value in expected.items()
        )

    return f"{worst(lambda x: x.abs().max()):.1e} | {worst(lambda x: x.square().mean().sqrt()):.1e}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("items", nargs="*", metavar="ITEM", help=", ".join(PRECISIONS))
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / ".build" / "bench-models")
    arguments = parser.parse_args()
    for item in arguments.items:
        if item not in PRECISIONS:
            parser.error(f"expected one of {', '.join(PRECISIONS)}, found {item}")
    make_models(arguments.models)
    print("| item | contrast-worker, largest | mean square | PyTorch, largest | mean square |")
    print("|---|---|---|---|---|")
    for item in arguments.items or PRECISIONS:
        expected = reference(item, arguments.models, torch.float32)
        theirs = reference(item, arguments.models, getattr(torch, PRECISIONS[item]))
        print(
            f"| `{item}` | {errors(probed(item, arguments.models), expected)} "
            f"| {errors(theirs, expected)} |",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
