"""Each document against the schema of the API that serves it: Kubernetes itself, Strimzi's CRDs in both versions, and our own short ones."""

import json
import pathlib

import jsonschema
from kubernetes_validate import utils as kubernetes

KUBERNETES_VERSION = "1.30"  # the users' Kind cluster
SCHEMAS = pathlib.Path(__file__).resolve().parent.parent / "schemas"
GROUPS = ("kafka.strimzi.io/", "clickhouse.altinity.com/", "kind.x-k8s.io/")


def tables():
    loaded = {f"Strimzi {path.stem.split('-', 1)[1]}": json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("strimzi-*.json"))}
    return loaded | {"own schema": json.loads((SCHEMAS / "local.json").read_text())}


def check(document, custom, report):
    """Names of the schemas that the document was held against."""
    api = document.body.get("apiVersion", "")
    if not api.startswith(GROUPS):
        return against_kubernetes(document, report)
    name = f"{api}/{document.kind}"
    serving = {source: schemas[name] for source, schemas in custom.items() if name in schemas}
    if not serving:
        report.error(document, "apiVersion", f"no stored schema serves {name}", "correct apiVersion and kind, or add it to deploy/schemas")
    for source, schema in serving.items():
        for error in jsonschema.Draft202012Validator(schema).iter_errors(document.body):
            report.error(document, error.json_path, f"{source}: {error.message}", "correct the field")
    return list(serving)


def against_kubernetes(document, report):
    try:
        kubernetes.validate(document.body, KUBERNETES_VERSION, strict=True)
    except kubernetes.ValidationError as error:
        report.error(document, error.json_path, f"Kubernetes {KUBERNETES_VERSION}: {error.message}", "correct the field")
    except (kubernetes.SchemaNotFoundError, KeyError) as error:
        report.error(document, "apiVersion", f"unknown to Kubernetes {KUBERNETES_VERSION}: {error}", "correct apiVersion and kind")
    return [f"Kubernetes {KUBERNETES_VERSION}"]
