"""The swap changes the image and the patience of the probes, nothing else; the patches for a running cluster give a valid object."""

import copy

from . import render, schema
from .environment import DEPLOY, TOP
from .report import Document

MAY_DIFFER = {"image", "readinessProbe", "livenessProbe"}


def check(ours, java, custom, report):
    mine, theirs = ({(d.kind, d.namespace, d.name): d for d in documents} for documents in (ours, java))
    for identity in sorted(set(mine) ^ set(theirs)):
        report.error("swap", " ".join(identity), "exists on one side only", "the swap must keep every object")
    for identity in sorted(set(mine) & set(theirs)):
        a, b = mine[identity].body, theirs[identity].body
        if a != b and identity[0] != "KafkaConnect":
            report.error("swap", " ".join(identity), "differs between the two sides", "the swap may change KafkaConnect only")
        elif a != b:
            changed = {key for key in set(a["spec"]) | set(b["spec"]) if a["spec"].get(key) != b["spec"].get(key)}
            for key in sorted(changed - MAY_DIFFER):
                report.error("swap", f"KafkaConnect spec.{key}", "differs between the two sides", "the swap may change image and probes only")
    connects = {side: next(d for d in documents if d.kind == "KafkaConnect") for side, documents in (("ours", ours), ("java", java))}
    check_patch("to-tailrace.yaml", connects["java"], connects["ours"].body["spec"]["image"], custom, report)
    check_patch("to-debezium.yaml", connects["ours"], connects["java"].body["spec"]["image"], custom, report)
    check_patch("read-only.yaml", connects["ours"], connects["ours"].body["spec"]["image"], custom, report)


def check_patch(name, target, image, custom, report):
    path = DEPLOY / "swap" / name
    file = str(path.relative_to(TOP))
    patched = merged(target.body, render.load_all(path)[0])
    schema.check(Document(patched, file), custom, report)
    if patched["spec"]["image"] != image:
        report.error(file, "spec.image", f"gives {patched['spec']['image']}", f"use {image} as the manifests do")


def merged(body, patch):
    """JSON merge patch without deletions."""
    result = copy.deepcopy(body)
    for key, value in patch.items():
        result[key] = merged(result.get(key, {}), value) if isinstance(value, dict) else value
    return result
