"""Draws a generate job's pictures with diffusers and says how far they are from the job's.

    python scripts/compare_picture.py OUTPUTS --models ROOT --inputs ROOT [--adapter FILE]
                             (torch 2.13, diffusers 0.42, transformers 5.24, Pillow 12)

OUTPUTS is the folder of a finished job with "rng": "torch", one subject and an IP-Adapter, or no adapter: it
has request.json and images/. Base, adapter and references are looked for below the two roots, as the worker
does; --adapter names the file itself, such as one that another job trained. A reference reaches diffusers as the
job's "fit" lays it out: padded to a white square ("pad"), which CLIPImageProcessor alone would not do, or as it is
("crop"). It prints the mean and the largest difference of the colours (0…255) and ends with 1 if a mean is above 1.
"""

import argparse
import json
import pathlib
import sys

import diffusers
import numpy
import PIL.Image
import torch
from diffusers import (
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
)
from transformers import CLIPVisionModelWithProjection
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

SAMPLERS = {
    "ddim": (DDIMScheduler, {}), "euler": (EulerDiscreteScheduler, {}),
    "dpmpp_2m": (DPMSolverMultistepScheduler, {}), "pndm": (PNDMScheduler, dict(skip_prk_steps=True)),
}


def load(base, adapter, encoder_folder, scale):
    """diffusers' pipeline of a base's folder, with an IP-Adapter if there is one."""
    is_xl = json.loads((base / "model_index.json").read_text())["_class_name"].startswith("StableDiffusionXL")
    kind = StableDiffusionXLPipeline if is_xl else StableDiffusionPipeline
    extras = dict(add_watermarker=False) if is_xl else dict(safety_checker=None, requires_safety_checker=False)
    pipeline = kind.from_pretrained(
        base, torch_dtype=torch.float32, low_cpu_mem_usage=False, image_encoder=None, feature_extractor=None,
        **extras)
    pipeline.set_progress_bar_config(disable=True)
    if adapter:
        encoder = CLIPVisionModelWithProjection.from_pretrained(encoder_folder).float()
        pipeline.register_modules(
            image_encoder=encoder, feature_extractor=processor([encoder_folder, base / "feature_extractor"], encoder))
        pipeline.load_ip_adapter(
            str(adapter.parent), subfolder="", weight_name=adapter.name, image_encoder_folder=None,
            low_cpu_mem_usage=False)
        pipeline.set_ip_adapter_scale(scale)
    return pipeline


def processor(folders, encoder):
    """The encoder's own preparation, the base's of the same size, or CLIP's."""
    side = encoder.config.image_size
    for folder in folders:
        if (folder / "preprocessor_config.json").exists():
            found = CLIPImageProcessorPil.from_pretrained(folder)
            if found.crop_size["height"] == side:
                return found
    return CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})


def squared(picture):
    """The picture in the middle of a white square, as the worker reads references."""
    side = max(picture.size)
    square = PIL.Image.new("RGB", (side, side), "white")
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outputs", type=pathlib.Path)
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--inputs", type=pathlib.Path, required=True)
    parser.add_argument("--adapter", type=pathlib.Path)
    options = parser.parse_args()
    diffusers.logging.set_verbosity_error()
    request = json.loads((options.outputs / "request.json").read_text())
    subjects = request.get("subjects") or []
    if request["rng"] != "torch" or len(subjects) > 1:
        sys.exit('expected a job with "rng": "torch" and at most one subject')
    adapter = options.adapter
    if subjects and not adapter:
        adapter = options.models / request["adapter"]
        if adapter.is_dir():
            adapter = adapter / "adapter.safetensors"
    scale = subjects[0].get("scale", request["gamma"]) if subjects else 1.0
    base = options.models / request["base"]
    encoder = options.models / request["image_encoder"] if request.get("image_encoder") else base / "image_encoder"
    if not (encoder / "config.json").exists():
        encoder = encoder / "image_encoder"
    pipeline = load(base, adapter if subjects else None, encoder, scale)
    sampler, extra = SAMPLERS[request["sampler"]]
    pipeline.scheduler = sampler.from_config(pipeline.scheduler.config, **extra)
    given = {}
    if subjects:
        pads = subjects[0].get("fit", "pad") == "pad"
        paths = [reference if isinstance(reference, str) else reference["path"] for reference in subjects[0]["images"]]
        pictures = [PIL.Image.open(options.inputs / path).convert("RGB") for path in paths]
        print("references", "padded to white squares" if pads else "cropped by CLIPImageProcessor")
        given["ip_adapter_image"] = [[squared(picture) if pads else picture for picture in pictures]]
    for side in ("width", "height"):
        if request.get(side):
            given[side] = request[side]
    for name in ("original_size", "crops_coords_top_left", "target_size"):
        if request.get(name):
            given[name] = tuple(request[name])
    failed = False
    files = sorted((options.outputs / "images").glob("*.png"))
    prompts = request.get("prompts") or [request["prompt"]]
    for index, file in enumerate(files):
        prompt = prompts[index // request["count"]]
        for subject in subjects:
            prompt = prompt.replace("{subject}", subject["class"]).replace("{subject1}", subject["class"])
        expected = pipeline(
            prompt, negative_prompt=request.get("negative_prompt"),
            num_inference_steps=request["steps"], guidance_scale=request["guidance_scale"], output_type="np",
            generator=torch.Generator().manual_seed(request["seed"] + index), **given).images[0]
        found = numpy.asarray(PIL.Image.open(file).convert("RGB"), dtype=numpy.float64)
        difference = numpy.abs(found - expected * 255)
        failed |= difference.mean() > 1
        print(f"{file.name}: mean {difference.mean():.3f}, largest {difference.max():.3f}", flush=True)
    sys.exit(failed or not files)


if __name__ == "__main__":
    main()
