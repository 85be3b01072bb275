"""seeds/ and the manifests say the same: connectors, and the worker properties that the operator renders."""

import json

from .environment import TOP

SEEDS = TOP / "seeds"


def check(documents, report):
    for document in documents:
        if document.kind == "KafkaConnector":
            check_connector(document, report)
        elif document.kind == "KafkaConnect":
            check_worker(document, report)


def check_connector(document, report):
    file = SEEDS / "connectors" / f"{document.name}.json"
    if not file.is_file():
        return report.error(document, "metadata.name", f"no {file.relative_to(TOP)}", "add the connector's body there")
    spec = document.body["spec"]
    config = {"connector.class": spec["class"], "tasks.max": str(spec["tasksMax"]), **{k: text(v) for k, v in spec["config"].items()}}
    seed = json.loads(file.read_text())
    if seed != {"name": document.name, "config": config}:
        differing = sorted(set(seed["config"].items()) ^ set(config.items()))
        report.error(document, "spec", f"differs from {file.relative_to(TOP)}: {differing}", "make both equal")


def check_worker(document, report):
    file = SEEDS / "connect-distributed.properties"
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    seed = dict(line.split("=", 1) for line in lines)
    spec = document.body["spec"]
    wanted = {"bootstrap.servers": spec["bootstrapServers"], "group.id": spec["groupId"], "config.storage.topic": spec["configStorageTopic"],
              "status.storage.topic": spec["statusStorageTopic"], "offset.storage.topic": spec["offsetStorageTopic"],
              **{key: text(value) for key, value in spec["config"].items()}}
    for key, value in wanted.items():
        if seed.get(key) != value:
            report.error(document, key, f"is {value!r}, but {seed.get(key)!r} in {file.relative_to(TOP)}", "make both equal")


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)
