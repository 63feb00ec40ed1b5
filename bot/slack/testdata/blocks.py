"""Judges blocks with the models of Slack's own SDK: a JSON list of lists of
blocks in, one verdict a line out ("ok", or what is wrong). A block that comes
back from the models changed, or that they do not know, is wrong too."""

import json
import sys

from slack_sdk.models.blocks import Block


def flatten(value, path=""):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flatten(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from flatten(inner, f"{path}[{index}]")
    else:
        yield path, value


def judge(blocks):
    if not isinstance(blocks, list) or len(blocks) > 50:
        return "not a list of at most 50 blocks"
    for raw in blocks:
        block = Block.parse(json.loads(json.dumps(raw)))
        if block is None:
            return f"unknown block {raw.get('type')}"
        try:
            parsed = block.to_dict()
        except Exception as error:  # SlackObjectFormationError and what elements raise
            return f"{raw.get('type')}: {error}"
        after = dict(flatten(parsed))
        for path, value in flatten(raw):
            if value not in (None, False, "") and after.get(path) != value:
                return f"{raw.get('type')}{path}: {value!r} became {after.get(path)!r}"
        for element in raw.get("elements", []):
            text = element.get("text")
            length = len(text) if isinstance(text, str) else len((text or {}).get("text", ""))
            if length > 3000:
                return f"{raw.get('type')}: an element of {length} characters"
    return "ok"


for verdict in map(judge, json.load(sys.stdin)):
    print(verdict)
