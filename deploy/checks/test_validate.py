"""Each kind of mistake, made in a copy of the real manifests, is found; the untouched manifests have none."""

import contextlib
import copy
import io
import shutil
import subprocess
import unittest

import yaml

from checks import render, run, schema
from checks.environment import DEPLOY, TOP
from checks.report import Document, Report

KIND = DEPLOY / "overlays" / "kind"


class Mistakes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.custom = schema.tables()
        cls.cluster = render.load_all(DEPLOY / "kind" / "cluster.yaml")[0]

    def setUp(self):
        self.documents = copy.deepcopy(render.render(KIND, TOP))

    def body(self, kind, name, namespace=None):
        return next(d.body for d in self.documents if d.kind == kind and d.name == name and namespace in (None, d.namespace))

    def drop(self, kind, name):
        self.documents = [d for d in self.documents if (d.kind, d.name) != (kind, name)]

    def errors(self):
        report = Report()
        with contextlib.redirect_stdout(io.StringIO()):
            run.check_overlay(self.documents, self.cluster, self.custom, report)
        return report.errors

    def found(self, *parts):
        errors = self.errors()
        self.assertTrue(any(all(part in error for part in parts) for error in errors), f"{parts} not in {errors}")

    def test_the_manifests_as_they_are_have_no_error(self):
        self.assertEqual(self.errors(), [])

    def test_an_unknown_field_of_a_deployment(self):
        self.body("Deployment", "postgres")["spec"]["replica"] = 1
        self.found("deploy/base/postgres/deployment.yaml", "replica")

    def test_an_unknown_field_of_a_kafka_connect_in_both_versions(self):
        self.body("KafkaConnect", "my-connect-cluster")["spec"]["images"] = "x"
        self.found("Strimzi 0.50.1", "images")
        self.found("Strimzi 1.2.0", "images")

    def test_a_missing_required_field(self):
        del self.body("KafkaConnect", "my-connect-cluster")["spec"]["groupId"]
        self.found("connect.yaml", "groupId", "required")

    def test_a_wrong_enum(self):
        self.body("KafkaNodePool", "my-pool")["spec"]["roles"] = ["broker", "leader"]
        self.found("kafka/cluster.yaml", "leader")

    def test_an_api_version_that_nobody_serves(self):
        self.body("Kafka", "my-cluster")["apiVersion"] = "kafka.strimzi.io/v1alpha1"
        self.found("no stored schema serves kafka.strimzi.io/v1alpha1/Kafka")

    def test_a_missing_secret(self):
        self.drop("Secret", "mongo-credentials")
        self.found("mongodb/deployment.yaml", "no Secret mongo-credentials")

    def test_a_missing_key_of_a_secret(self):
        del self.body("Secret", "mongo-credentials", "database")["data"]["keyfile"]
        self.found("Secret mongo-credentials has no key keyfile")

    def test_a_variable_of_a_missing_config_map(self):
        container = self.body("Deployment", "tailrace-sink")["spec"]["template"]["spec"]["containers"][0]
        container["env"] = [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "tailrace-sink", "key": "sink.yaml"}}}]
        self.found("sink/deployment.yaml", "env[X]", "no ConfigMap tailrace-sink with key sink.yaml")

    def test_a_wrong_cluster_label(self):
        self.body("KafkaConnector", "mongo-connector")["metadata"]["labels"]["strimzi.io/cluster"] = "my-connect"
        self.found("connectors.yaml", "no KafkaConnect my-connect in kafka")

    def test_a_selector_without_pods(self):
        self.body("Service", "mongo-mongodb")["spec"]["selector"] = {"app": "mongodb"}
        self.found("mongodb/service.yaml", "no pod has")

    def test_a_port_that_no_container_has(self):
        self.body("Service", "postgres-postgresql")["spec"]["ports"][0]["targetPort"] = 5433
        self.found("no selected pod has port 5433")

    def test_a_node_port_that_kind_does_not_map(self):
        self.body("Service", "clickhouse-node-port")["spec"]["ports"][0]["nodePort"] = 30009
        self.found("NodePort 30009 is not mapped")

    def test_a_password_folder_that_nobody_mounts(self):
        config = self.body("KafkaConnector", "postgres-connector")["spec"]["config"]
        config["database.password"] = "${strimzidir:/mnt/postgres:password}"
        self.found("nothing is mounted at /mnt/postgres")

    def test_a_password_folder_outside_the_allowed_paths(self):
        self.body("KafkaConnect", "my-connect-cluster")["spec"]["config"].pop("config.providers.strimzidir.param.allowed.paths")
        self.found("/mnt/postgres-auth is outside allowed.paths")

    def test_a_host_name_that_no_service_has(self):
        data = self.body("ConfigMap", "tailrace-sink")["data"]
        data["sink.toml"] = data["sink.toml"].replace("clickhouse-chi-clickhouse", "clickhouse")
        self.found("data.sink.toml", "no Service clickhouse with port 8123")

    def test_a_renamed_object_of_the_contract(self):
        self.body("ClickHouseInstallation", "chi-clickhouse")["metadata"]["name"] = "clickhouse"
        self.found("contract", "ClickHouseInstallation database/chi-clickhouse", "is missing")

    def test_an_image_of_ours_without_a_dockerfile(self):
        self.body("Deployment", "tailrace-sink")["spec"]["template"]["spec"]["containers"][0]["image"] = "tailrace/sinks:0.1.0"
        self.found("tailrace/sinks:0.1.0", "has no Dockerfile")

    def test_an_image_without_a_version(self):
        self.body("Deployment", "mongo")["spec"]["template"]["spec"]["containers"][0]["image"] = "mongo:latest"
        self.found("mongo:latest", "no pinned tag")

    def test_a_writable_root(self):
        self.body("Deployment", "tailrace-sink")["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"] = False
        self.found("sink/deployment.yaml", "readOnlyRootFilesystem")

    def test_a_writable_root_of_a_kind_that_is_new_here(self):
        deployment = next(d for d in self.documents if d.kind == "Deployment" and d.name == "tailrace-sink")
        body = copy.deepcopy(deployment.body)
        body |= {"kind": "StatefulSet", "metadata": {"name": "second", "namespace": "database"}}
        body["spec"].pop("strategy")
        body["spec"]["serviceName"] = "second"
        body["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"] = False
        self.documents.append(Document(body, "second.yaml"))
        self.found("second.yaml", "readOnlyRootFilesystem")

    def test_a_connector_that_differs_from_its_seed(self):
        self.body("KafkaConnector", "postgres-connector")["spec"]["config"]["topic.prefix"] = "pg"
        self.found("differs from seeds/connectors/postgres-connector.json")

    def test_a_worker_setting_that_differs_from_the_seed(self):
        self.body("KafkaConnect", "my-connect-cluster")["spec"]["config"]["value.converter.schemas.enable"] = True
        self.found("value.converter.schemas.enable", "seeds/connect-distributed.properties")


class Rendering(unittest.TestCase):
    def test_a_kustomize_feature_that_we_do_not_render_is_refused_by_name(self):
        with self.assertRaisesRegex(render.Refused, "namePrefix"):
            render.only({"namePrefix": "x-"}, render.ALLOWED, "kustomization.yaml", "")

    def test_a_patch_of_a_missing_field_is_refused(self):
        with self.assertRaisesRegex(render.Refused, "/spec/imge"):
            render.apply({"op": "replace", "path": "/spec/imge", "value": 1}, {"spec": {"image": 2}}, "patch.yaml")

    @unittest.skipUnless(shutil.which("kubectl"), "kubectl is not installed")
    def test_our_rendering_equals_kubectl_kustomize(self):
        for overlay in (KIND, DEPLOY / "swap" / "debezium"):
            done = subprocess.run(["kubectl", "kustomize", str(overlay)], capture_output=True, text=True, check=True)
            theirs = sorted((normal(body) for body in yaml.safe_load_all(done.stdout)), key=str)
            ours = sorted((normal(document.body) for document in render.render(overlay, TOP)), key=str)
            self.assertEqual(ours, theirs)


def normal(body):
    return yaml.safe_load(yaml.safe_dump(body, sort_keys=True))


if __name__ == "__main__":
    unittest.main()
