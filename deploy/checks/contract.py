"""The names that users already have: a swap must find every one of them unchanged."""

NAMES = [
    ("Namespace", "", "kafka"), ("Namespace", "", "database"), ("Namespace", "", "airflow"),
    ("Kafka", "kafka", "my-cluster"), ("KafkaNodePool", "kafka", "my-pool"), ("KafkaConnect", "kafka", "my-connect-cluster"),
    ("KafkaConnector", "kafka", "postgres-connector"), ("KafkaConnector", "kafka", "mongo-connector"),
    ("Service", "database", "postgres-postgresql"), ("Service", "database", "mongo-mongodb"),
    ("Secret", "kafka", "postgres-credentials"), ("Secret", "kafka", "mongo-credentials"),
    ("ClickHouseInstallation", "database", "chi-clickhouse"),
]
VALUES = [
    ("Kafka", "kafka", "my-cluster", "spec.kafka.version", "4.0.0"),
    ("KafkaNodePool", "kafka", "my-pool", "metadata.labels.strimzi.io/cluster", "my-cluster"),
    ("KafkaNodePool", "kafka", "my-pool", "spec.replicas", 1),
    ("KafkaConnect", "kafka", "my-connect-cluster", "spec.replicas", 1),
    ("KafkaConnect", "kafka", "my-connect-cluster", "spec.bootstrapServers", "my-cluster-kafka-bootstrap.kafka.svc.cluster.local:9092"),
    ("KafkaConnect", "kafka", "my-connect-cluster", "spec.groupId", "connect-cluster"),
    ("KafkaConnect", "kafka", "my-connect-cluster", "spec.configStorageTopic", "connect-cluster-configs"),
    ("KafkaConnect", "kafka", "my-connect-cluster", "spec.offsetStorageTopic", "connect-cluster-offsets"),
    ("KafkaConnect", "kafka", "my-connect-cluster", "spec.statusStorageTopic", "connect-cluster-status"),
    ("Deployment", "database", "postgres", "spec.template.metadata.labels.app", "postgres"),
    ("Deployment", "database", "mongo", "spec.template.metadata.labels.app", "mongo"),
    ("Service", "database", "postgres-postgresql", "spec.ports.0.port", 5432),
    ("Service", "database", "postgres-postgresql", "spec.ports.0.nodePort", 30001),
    ("Service", "database", "mongo-mongodb", "spec.ports.0.port", 27017),
    ("ClickHouseInstallation", "database", "chi-clickhouse", "spec.configuration.clusters.0.name", "my-cluster"),
    ("CronJob", "database", "gold-user-activity", "spec.concurrencyPolicy", "Forbid"),
]
HOST_PORTS = {30000: 8080, 30001: 5432, 30002: 8123}
CLUSTER = "data-engineering-challenge"
REMEDY = "restore it: users refer to this name"


def check(documents, cluster, report):
    index = {(d.kind, d.namespace, d.name): d for d in documents}
    for kind, namespace, name in NAMES:
        if (kind, namespace, name) not in index:
            report.error("contract", f"{kind} {namespace}/{name}", "is missing", REMEDY)
    for kind, namespace, name, path, wanted in VALUES:
        found = value(index[(kind, namespace, name)].body, path) if (kind, namespace, name) in index else None
        if found != wanted:
            report.error("contract", f"{kind} {namespace}/{name} {path}", f"is {found!r}, not {wanted!r}", REMEDY)
    ports = {entry["containerPort"]: entry.get("hostPort") for node in cluster["nodes"] for entry in node.get("extraPortMappings", [])}
    if ports != HOST_PORTS:
        report.error("contract", "deploy/kind/cluster.yaml nodes.extraPortMappings", f"is {ports}, not {HOST_PORTS}", REMEDY)
    if cluster.get("name") != CLUSTER:
        report.error("contract", "deploy/kind/cluster.yaml name", f"is {cluster.get('name')!r}, not {CLUSTER!r}", REMEDY)


def value(body, path):
    """A label may hold dots and a slash: the rest of the path is tried as one key first."""
    if isinstance(body, dict) and path in body:
        return body[path]
    head, _, rest = path.partition(".")
    child = body.get(head) if isinstance(body, dict) else body[int(head)] if isinstance(body, list) and int(head) < len(body) else None
    return child if not rest or child is None else value(child, rest)
