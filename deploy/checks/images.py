"""Images: ours have a Dockerfile that keeps its promises, others are pinned, and every container runs with the least it needs."""

import re
import tomllib

from .environment import DEPLOY, TOP
from .pods import pods

OURS = "tailrace/"
RUN_SCRIPT = "/opt/kafka/kafka_connect_run.sh"


def check(documents, report):
    used = set()
    for pod in pods(documents):
        for path, container in pod.containers():
            used.add(container["image"])
            check_container(pod, path, container, report)
    for image in sorted(used):
        name, _, tag = image.rpartition(":")
        if not name or tag == "latest":
            report.error("image", image, "has no pinned tag", "name a version")
        elif name.startswith(OURS) and not dockerfile(name).is_file():
            report.error("image", image, "has no Dockerfile", f"add {dockerfile(name).relative_to(TOP)}")


def dockerfile(name):
    return DEPLOY / "images" / name.removeprefix(OURS) / "Dockerfile"


def check_container(pod, path, container, report):
    security = container.get("securityContext", {})
    wanted = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    if container["image"].startswith(OURS) and pod.document.kind != "KafkaConnect":
        wanted["readOnlyRootFilesystem"] = True
    for key, value in wanted.items():
        if security.get(key) != value:
            report.error(pod.document, f"{path}.securityContext.{key}", f"is {security.get(key)}", f"set it to {value}")
    if pod.spec.get("securityContext", {}).get("runAsNonRoot") is not True:
        report.error(pod.document, f"{pod.path}.securityContext.runAsNonRoot", "is not true", "set it")


def check_dockerfiles(report):
    rust = tomllib.loads((TOP / "Cargo.toml").read_text())["workspace"]["package"]["rust-version"]
    for path in sorted((DEPLOY / "images").glob("*/Dockerfile")):
        name, text = path.parent.name, path.read_text()
        file = str(path.relative_to(TOP))
        promises = {
            rf"^FROM rust:{re.escape(rust)}-bookworm AS build$": f"builds with Rust {rust} of Cargo.toml",
            rf"--profile image --package {name} --bin {name}\b": "builds its own program with the image profile",
            r"^FROM gcr\.io/distroless/cc-debian12$": "runs on distroless/cc",
            r"^USER 1001:0$": "runs as user 1001, group 0",
        }
        if name == "capture":
            promises[rf"ln -s /usr/local/bin/capture /rootfs{RUN_SCRIPT}$"] = f"has the operator's entry {RUN_SCRIPT}"
        for pattern, promise in promises.items():
            if not re.search(pattern, text, re.MULTILINE):
                report.error(file, "Dockerfile", f"no longer {promise}", f"restore the line /{pattern}/")
        if name == "capture" and re.search("^ENTRYPOINT", text, re.MULTILINE):
            report.error(file, "ENTRYPOINT", "the operator gives the program as first argument", "remove it")
