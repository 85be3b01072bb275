"""The pods that the objects make, whoever makes them."""

from dataclasses import dataclass


@dataclass
class Pod:
    document: object
    path: str
    labels: dict
    spec: dict

    def containers(self):
        for group in ("initContainers", "containers"):
            for container in self.spec.get(group, []):
                yield f"{self.path}.{group}[{container.get('name')}]", container

    def ports(self):
        return {port for _, container in self.containers() for entry in container.get("ports", [])
                for port in (entry.get("name"), entry["containerPort"]) if port is not None}


def pods(documents):
    return [pod for document in documents for pod in of(document)]


def of(document):
    spec = document.body.get("spec", {})
    if document.kind == "Pod":
        yield Pod(document, "spec", document.body["metadata"].get("labels", {}), spec)
    elif document.kind == "CronJob":
        yield templated(document, "spec.jobTemplate.spec.template", spec["jobTemplate"]["spec"]["template"])
    elif document.kind == "KafkaConnect":
        yield connect(document, spec)
    elif document.kind == "ClickHouseInstallation":
        for template in spec.get("templates", {}).get("podTemplates", []):
            yield clickhouse(document, template)
    elif "containers" in spec.get("template", {}).get("spec", {}):
        yield templated(document, "spec.template", spec["template"])


def templated(document, path, template):
    return Pod(document, f"{path}.spec", template["metadata"].get("labels", {}), template["spec"])


def connect(document, spec):
    """As the operator builds it; its own volumes are left out."""
    template = spec.get("template", {})
    container = {"name": "connect", "image": spec.get("image"), "ports": [{"name": "rest-api", "containerPort": 8083}],
                 **template.get("connectContainer", {})}
    body = {"containers": [container], **template.get("pod", {})}
    return Pod(document, "spec.template", {"strimzi.io/cluster": document.name, "strimzi.io/kind": "KafkaConnect"}, body)


def clickhouse(document, template):
    """As the operator builds it: the server's ports and a label with the installation's name."""
    body = dict(template.get("spec", {}))
    served = [{"name": "http", "containerPort": 8123}, {"name": "tcp", "containerPort": 9000}]
    body["containers"] = [{"ports": served, **container} for container in body.get("containers", [])]
    return Pod(document, "spec.templates.podTemplates", {"clickhouse.altinity.com/chi": document.name}, body)
