"""What one object says of another must be true: Secrets, ConfigMaps, claims, mounts, Services, ports, clusters, host names."""

import re

from .pods import pods

HOST = re.compile(r"([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?:(\d+)")
PLACEHOLDER = re.compile(r"\$\{strimzidir:([^:}]+):([^}]+)\}")


class References:
    def __init__(self, documents, cluster, report):
        self.documents, self.cluster, self.report = documents, cluster, report
        self.index = {(d.kind, d.namespace, d.name): d for d in documents}
        self.pods = pods(documents)

    def check(self):
        for document in self.documents:
            if document.namespace and ("Namespace", "", document.namespace) not in self.index:
                self.report.error(document, "metadata.namespace", f"no Namespace {document.namespace}", "use kafka, database or airflow")
            check = getattr(self, f"check_{document.kind}", None)
            if check:
                check(document)
        for pod in self.pods:
            self.check_pod(pod)

    # pods

    def check_pod(self, pod):
        volumes = {volume["name"]: volume for volume in pod.spec.get("volumes", [])}
        for name, volume in volumes.items():
            self.check_volume(pod, f"{pod.path}.volumes[{name}]", volume)
        mounted = set()
        for path, container in pod.containers():
            for mount in container.get("volumeMounts", []):
                mounted.add(mount["name"])
                if mount["name"] not in volumes:
                    self.report.error(pod.document, f"{path}.volumeMounts", f"no volume {mount['name']}", "add the volume or correct the name")
            for variable in container.get("env", []):
                self.check_variable(pod, f"{path}.env[{variable['name']}]", variable.get("valueFrom", {}))
            if "envFrom" in container:
                self.report.error(pod.document, f"{path}.envFrom", "is not checked here", "name each variable under env")
            self.check_probes(pod, path, container)
        for name in set(volumes) - mounted:
            self.report.error(pod.document, f"{pod.path}.volumes[{name}]", "no container mounts it", "mount it or remove it")

    def check_variable(self, pod, path, source):
        for way, reference in source.items():
            if way == "secretKeyRef":
                self.secret(pod.document, path, reference["name"], [reference["key"]])
            elif way == "configMapKeyRef":
                found = self.index.get(("ConfigMap", pod.document.namespace, reference["name"]))
                if not found or reference["key"] not in found.body["data"]:
                    self.report.error(pod.document, path, f"no ConfigMap {reference['name']} with key {reference['key']}", "add it to a configMapGenerator")

    def check_volume(self, pod, path, volume):
        namespace = pod.document.namespace
        if "secret" in volume:
            self.secret(pod.document, path, volume["secret"]["secretName"], [item["key"] for item in volume["secret"].get("items", [])])
        elif "configMap" in volume and ("ConfigMap", namespace, volume["configMap"]["name"]) not in self.index:
            self.report.error(pod.document, path, f"no ConfigMap {volume['configMap']['name']} in {namespace}", "add it to a configMapGenerator")
        elif "persistentVolumeClaim" in volume:
            claim = volume["persistentVolumeClaim"]["claimName"]
            if ("PersistentVolumeClaim", namespace, claim) not in self.index:
                self.report.error(pod.document, path, f"no PersistentVolumeClaim {claim} in {namespace}", "add it")

    def check_probes(self, pod, path, container):
        ports = pod.ports()
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            for way in ("tcpSocket", "httpGet"):
                port = container.get(probe, {}).get(way, {}).get("port")
                if port is not None and port not in ports:
                    self.report.error(pod.document, f"{path}.{probe}.{way}.port", f"no port {port}", "name a port of the container")

    def secret(self, document, path, name, keys):
        found = self.index.get(("Secret", document.namespace, name))
        if not found:
            return self.report.error(document, path, f"no Secret {name} in {document.namespace}", "add it to the overlay's secretGenerator")
        for key in keys:
            if key not in found.body["data"]:
                self.report.error(document, path, f"Secret {name} has no key {key}", "add the key to the overlay's secretGenerator")

    # Services and policies

    def selected(self, namespace, selector):
        return [pod for pod in self.pods if pod.document.namespace == namespace and selector.items() <= pod.labels.items()]

    def check_Service(self, document):
        spec = document.body["spec"]
        chosen = self.selected(document.namespace, spec["selector"])
        if not chosen:
            self.report.error(document, "spec.selector", f"no pod has {spec['selector']}", "use the labels of a pod template")
        mapped = {entry["containerPort"] for node in self.cluster["nodes"] for entry in node.get("extraPortMappings", [])}
        for port in spec["ports"]:
            target = port.get("targetPort", port["port"])
            if chosen and not any(target in pod.ports() for pod in chosen):
                self.report.error(document, "spec.ports", f"no selected pod has port {target}", "name a port of the container")
            if "nodePort" in port and port["nodePort"] not in mapped:
                self.report.error(document, "spec.ports", f"NodePort {port['nodePort']} is not mapped", "add it to deploy/kind/cluster.yaml")

    def check_NetworkPolicy(self, document):
        spec = document.body["spec"]
        chosen = self.selected(document.namespace, spec["podSelector"]["matchLabels"])
        if not chosen:
            self.report.error(document, "spec.podSelector", "no pod has these labels", "use the labels of a pod template")
        for port in [port["port"] for rule in spec.get("ingress", []) for port in rule.get("ports", [])]:
            if chosen and not any(port in pod.ports() for pod in chosen):
                self.report.error(document, "spec.ingress", f"no selected pod has port {port}", "name a port of the container")

    # Strimzi and Altinity

    def check_KafkaNodePool(self, document):
        self.labelled(document, "Kafka")

    def check_KafkaConnector(self, document):
        connect = self.labelled(document, "KafkaConnect")
        for key, value in document.body["spec"]["config"].items():
            self.hosts(document, f"spec.config.{key}", str(value))
            for folder, entry in PLACEHOLDER.findall(str(value)):
                if connect:
                    self.mounted_secret(document, f"spec.config.{key}", connect, folder, entry)

    def labelled(self, document, kind):
        cluster = document.body["metadata"].get("labels", {}).get("strimzi.io/cluster")
        found = self.index.get((kind, document.namespace, cluster))
        if not found:
            self.report.error(document, "metadata.labels.strimzi.io/cluster", f"no {kind} {cluster} in {document.namespace}", "name one that exists")
        return found

    def mounted_secret(self, document, path, connect, folder, key):
        template = connect.body["spec"].get("template", {})
        names = {m["name"] for m in template.get("connectContainer", {}).get("volumeMounts", []) if m["mountPath"] == folder}
        volumes = [v for v in template.get("pod", {}).get("volumes", []) if v["name"] in names]
        if not volumes:
            return self.report.error(document, path, f"nothing is mounted at {folder} in KafkaConnect {connect.name}", "mount the Secret there")
        self.secret(document, path, volumes[0]["secret"]["secretName"], [key])
        allowed = connect.body["spec"]["config"].get("config.providers.strimzidir.param.allowed.paths", "/opt/kafka").split(",")
        if not any(folder == root or folder.startswith(root + "/") for root in allowed):
            self.report.error(document, path, f"{folder} is outside allowed.paths {','.join(allowed)}", "extend allowed.paths in KafkaConnect")

    def check_KafkaConnect(self, document):
        self.hosts(document, "spec.bootstrapServers", document.body["spec"]["bootstrapServers"])
        if document.body["metadata"].get("annotations", {}).get("strimzi.io/use-connector-resources") != "true":
            self.report.error(document, "metadata.annotations", "strimzi.io/use-connector-resources is not \"true\"", "set it: else no KafkaConnector acts")

    def check_ClickHouseInstallation(self, document):
        for user, value in document.body["spec"]["configuration"].get("users", {}).items():
            if isinstance(value, dict) and "valueFrom" in value:
                reference = value["valueFrom"]["secretKeyRef"]
                self.secret(document, f"spec.configuration.users.{user}", reference["name"], [reference["key"]])

    def check_ConfigMap(self, document):
        for key, text in document.body["data"].items():
            self.hosts(document, f"data.{key}", text)

    def hosts(self, document, path, text):
        for name, namespace, port in HOST.findall(text):
            if int(port) not in self.served(name, namespace):
                self.report.error(document, path, f"no Service {name} with port {port} in {namespace}", "correct host name and port")

    def served(self, name, namespace):
        """Ports of a Service, including those that the operators make."""
        service = self.index.get(("Service", namespace, name))
        if service:
            return {port["port"] for port in service.body["spec"]["ports"]}
        kafka = self.index.get(("Kafka", namespace, name.removesuffix("-kafka-bootstrap")))
        if kafka and name.endswith("-kafka-bootstrap"):
            return {listener["port"] for listener in kafka.body["spec"]["kafka"]["listeners"]}
        if ("ClickHouseInstallation", namespace, name.removeprefix("clickhouse-")) in self.index:
            return {8123, 9000}
        return set()
