#!/usr/bin/env python3
"""Reduces Strimzi's CRDs to what validation needs: names, types, required fields, enums and bounds; no prose.

    python3 deploy/schemas/reduce.py FOLDER VERSION

FOLDER holds the release's `install` files (`*-Crd-*.yaml`); the result is `strimzi-VERSION.json` beside this script.
Needs PyYAML: run it with the interpreter that `deploy/validate.py` set up, or install it. Only served versions are kept.
"""

import json
import pathlib
import sys

import yaml

KINDS = {"Kafka", "KafkaNodePool", "KafkaConnect", "KafkaConnector"}
KEPT_AS_IS = ("type", "enum", "required", "pattern", "minimum", "maximum", "minItems")


def reduced(schema):
    """JSON schema of one OpenAPI node; a field that the CRD does not name is refused, as the operator's strict reading would."""
    result = {key: schema[key] for key in KEPT_AS_IS if key in schema}
    if schema.get("x-kubernetes-int-or-string"):
        result["type"] = ["integer", "string"]
    if "properties" in schema:
        result["properties"] = {name: reduced(child) for name, child in sorted(schema["properties"].items())}
        if not schema.get("x-kubernetes-preserve-unknown-fields"):
            result["additionalProperties"] = False
    elif isinstance(schema.get("additionalProperties"), dict):
        result["additionalProperties"] = reduced(schema["additionalProperties"])
    if "items" in schema:
        result["items"] = reduced(schema["items"])
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in schema and not schema.get("x-kubernetes-int-or-string"):
            result[alternatives] = [alternative(one) for one in schema[alternatives]]
    return result


def alternative(schema):
    """A branch only adds conditions; the fields themselves are named outside it."""
    result = {key: schema[key] for key in KEPT_AS_IS if key in schema}
    if "properties" in schema:
        result["properties"] = {name: alternative(child) for name, child in sorted(schema["properties"].items())}
    return result


def served(crd):
    kind = crd["spec"]["names"]["kind"]
    for version in crd["spec"]["versions"]:
        if version["served"]:
            schema = reduced(version["schema"]["openAPIV3Schema"])
            schema["properties"].update({"metadata": {"type": "object"}, "status": {}})
            yield f"{crd['spec']['group']}/{version['name']}/{kind}", schema


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    schemas = {}
    for path in sorted(folder.glob("*-Crd-*.yaml")):
        crd = yaml.safe_load(path.read_text())
        if crd["spec"]["names"]["kind"] in KINDS:
            schemas.update(served(crd))
    found = {name.rsplit("/", 1)[1] for name in schemas}
    if found != KINDS:
        sys.exit(f"{folder}: no CRD of {', '.join(sorted(KINDS - found))}; give the folder with the release's install files")
    target = pathlib.Path(__file__).with_name(f"strimzi-{version}.json")
    target.write_text(json.dumps(schemas, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{target}: {', '.join(sorted(schemas))}")


if __name__ == "__main__":
    main()
