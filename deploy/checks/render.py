"""The part of kustomize that these manifests use; everything else is refused by name, so that nothing is silently left out.

resources (files and folders), patches (JSON 6902 in a file, with a target), configMapGenerator (files), secretGenerator (literals),
generatorOptions.disableNameSuffixHash. A test compares the result with `kubectl kustomize` where that command exists.
"""

import base64
import copy
import pathlib

import yaml

from .report import Document

ALLOWED = {"apiVersion", "kind", "resources", "patches", "configMapGenerator", "secretGenerator", "generatorOptions"}


class Refused(Exception):
    """The kustomization cannot be rendered; the text names file, key and remedy."""


def load_all(path):
    try:
        return [body for body in yaml.safe_load_all(path.read_text()) if body is not None]
    except yaml.YAMLError as error:
        raise Refused(f"{path}: not YAML: {error}; mend the syntax") from error
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}; create it or remove it from the kustomization") from error


def render(folder, top):
    file = folder / "kustomization.yaml"
    bodies = load_all(file)
    if len(bodies) != 1:
        raise Refused(f"{file}: {len(bodies)} documents; a kustomization is one")
    kustomization = bodies[0]
    only(kustomization, ALLOWED, file, "")
    documents = []
    for entry in kustomization.get("resources", []):
        documents += resource(folder / entry, top)
    documents += generated(kustomization, folder, file, top)
    for entry in kustomization.get("patches", []):
        patch(entry, documents, folder, file)
    seen = set()
    for document in documents:
        identity = (document.body.get("apiVersion"), document.kind, document.namespace, document.name)
        if identity in seen:
            raise Refused(f"{file}: {document.kind} {document.name} comes twice; keep one")
        seen.add(identity)
    return documents


def only(mapping, allowed, file, path):
    for key in mapping:
        if key not in allowed:
            raise Refused(f"{file}: {path}{key}: not supported by deploy/validate.py; use one of {', '.join(sorted(allowed))}")


def resource(path, top):
    if path.is_dir():
        return render(path.resolve(), top)
    name = str(path.resolve().relative_to(top))
    return [Document(body, name) for body in load_all(path)]


def generated(kustomization, folder, file, top):
    name = str(file.resolve().relative_to(top))
    options = kustomization.get("generatorOptions", {})
    only(options, {"disableNameSuffixHash"}, file, "generatorOptions.")
    generators = kustomization.get("configMapGenerator", []) + kustomization.get("secretGenerator", [])
    if generators and options.get("disableNameSuffixHash") is not True:
        raise Refused(f"{file}: generatorOptions.disableNameSuffixHash: must be true; the operators' objects refer to plain names")
    for entry in kustomization.get("configMapGenerator", []):
        only(entry, {"name", "namespace", "files"}, file, "configMapGenerator.")
        data = {pathlib.Path(item).name: (folder / item).read_text() for item in entry["files"]}
        yield Document(config_object("ConfigMap", entry, data), name)
    for entry in kustomization.get("secretGenerator", []):
        only(entry, {"name", "namespace", "literals"}, file, "secretGenerator.")
        pairs = dict(item.split("=", 1) for item in entry["literals"])
        data = {key: base64.b64encode(value.encode()).decode() for key, value in pairs.items()}
        yield Document({**config_object("Secret", entry, data), "type": "Opaque"}, name)


def config_object(kind, entry, data):
    metadata = {"name": entry["name"], "namespace": entry["namespace"]}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": data}


def patch(entry, documents, folder, file):
    only(entry, {"path", "target"}, file, "patches.")
    target = entry.get("target") or {}
    only(target, {"kind", "name", "namespace"}, file, "patches.target.")
    hit = [d for d in documents if (d.kind, d.name, d.namespace) == (target.get("kind"), target.get("name"), target.get("namespace"))]
    if len(hit) != 1:
        raise Refused(f"{file}: patches.target {target}: matches {len(hit)} objects; name exactly one by kind, name and namespace")
    operations = load_all(folder / entry["path"])[0]
    if not isinstance(operations, list):
        raise Refused(f"{folder / entry['path']}: only JSON 6902 patches are supported; write a list of operations")
    hit[0].body = copy.deepcopy(hit[0].body)
    for operation in operations:
        apply(operation, hit[0].body, folder / entry["path"])


def apply(operation, body, file):
    if operation.get("op") not in ("add", "replace", "remove"):
        raise Refused(f"{file}: op {operation.get('op')}: not supported; use add, replace or remove")
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].strip("/").split("/")]
    try:
        for part in parents:
            body = body[int(part)] if isinstance(body, list) else body[part]
        if isinstance(body, list):
            raise Refused(f"{file}: {operation['path']}: operations on list elements are not supported; patch a field")
        if operation["op"] != "add":
            body[last]
    except (KeyError, IndexError) as error:
        raise Refused(f"{file}: {operation['path']}: {error} does not exist in the target; correct the path") from error
    if operation["op"] == "remove":
        del body[last]
    else:
        body[last] = copy.deepcopy(operation["value"])
