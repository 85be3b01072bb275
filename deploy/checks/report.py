"""What the checks found: each error names file, path in the document and remedy."""

from dataclasses import dataclass, field


@dataclass
class Report:
    errors: list = field(default_factory=list)

    def error(self, where, path, problem, remedy):
        self.errors.append(f"{where}: {path}: {problem}; {remedy}")


@dataclass
class Document:
    """One Kubernetes object and the file that it came from."""

    body: dict
    file: str

    @property
    def kind(self):
        return self.body.get("kind", "")

    @property
    def name(self):
        return self.body.get("metadata", {}).get("name", self.body.get("name", ""))

    @property
    def namespace(self):
        return self.body.get("metadata", {}).get("namespace", "")

    def __str__(self):
        return f"{self.file} {self.kind} {self.namespace + '/' if self.namespace else ''}{self.name}"
