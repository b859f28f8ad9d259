"""What the parity scripts for small models and for published sizes share about text: tokenizer folders, ids, references."""

import gzip
import json

import torch
from transformers import CLIPTextModel


def byte_characters():
    """The characters by which CLIP's vocabulary writes the 256 bytes, and the bytes, in its order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    characters = [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]
    return dict(zip(characters, printable + others))


def merges_and_words(bpe):
    """CLIP's published merges, or none without their file, and the words of its vocabulary in their order."""
    merges = []
    if bpe:
        merges = gzip.open(bpe, "rt", encoding="utf-8").read().split("\n")[1 : 49152 - 256 - 2 + 1]
    alphabet = byte_characters()
    words = [
        *alphabet, *(character + "</w>" for character in alphabet), *("".join(merge.split()) for merge in merges)]
    return merges, words


def write_tokenizer(folder, vocabulary, merges, pad):
    """Saves CLIP's tokenizer with a vocabulary of its own."""
    folder.mkdir(parents=True)
    special = dict(
        bos_token="<|startoftext|>", eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token=pad)
    for file, content in {
        "vocab.json": vocabulary,
        "tokenizer_config.json": special | dict(tokenizer_class="CLIPTokenizer", model_max_length=77),
        "special_tokens_map.json": special,
    }.items():
        (folder / file).write_text(json.dumps(content, ensure_ascii=False))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]))


def prompt_ids(start, length, ends, seed):
    """Random prompts: the token `start`, others below it, and from an end on its neighbour, which ends a prompt."""
    ids = torch.randint(0, start, (len(ends), length), generator=torch.Generator().manual_seed(seed))
    ids[:, 0] = start
    for row, end in enumerate(ends):
        ids[row, end:] = start + 1
    return ids


def text_outputs(model, ids):
    """What a text encoder of transformers makes of ids, named as the probe names it."""
    output = model(ids, output_hidden_states=True)
    found = {
        "last_hidden_state": output.last_hidden_state, "penultimate_hidden_state": output.hidden_states[-2]}
    if isinstance(model, CLIPTextModel):
        found["pooled"] = output.pooler_output
    else:
        found["pooled"] = getattr(model, "text_model", model)(ids).pooler_output
        found["text_embeds"] = output.text_embeds
    return found
