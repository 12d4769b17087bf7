package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.AclText;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.verifier.settings.Shard;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;

/** Finds topics other than the code declares them, and brokers other than the services look for. */
final class KafkaFaults {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Manifests manifests;

    KafkaFaults(Manifests manifests) {
        this.manifests = manifests;
    }

    void find(List<String> faults) throws IOException {
        if (manifests.base("Kafka", "KafkaTopic", "KafkaUser").isEmpty()) {
            return;
        }
        try {
            find(settings(), faults);
        } catch (ConfigException e) {
            faults.add("no settings to compare topics and users with: " + e.getMessage());
        }
    }

    private void find(Settings settings, List<String> faults) throws IOException {
        Map<String, KubernetesManifest> topics = new HashMap<>();
        manifests.base("KafkaTopic").forEach(topic -> topics.put(topic.name(), topic));
        for (TopicDeclaration declared : Shard.of(settings).topics(Wired.topics(settings))) {
            KubernetesManifest topic = topics.remove(declared.name());
            if (topic == null) {
                faults.add("there is no topic " + declared.name());
            } else if (topic.tree().at("/spec/partitions").asInt() != declared.partitions()
                    || !config(topic).equals(new TreeMap<>(declared.settings()))) {
                faults.add("%s: the code declares %s".formatted(topic, declared));
            }
        }
        topics.values().forEach(topic -> faults.add(topic + ": the code declares none of that name"));
        users(settings, faults);
        manifests.base("Kafka").forEach(kafka -> listens(kafka, settings, faults));
        manifests.base("KafkaTopic", "KafkaUser", "KafkaNodePool").forEach(each -> {
            String cluster = each.tree()
                    .at("/metadata/labels")
                    .path("strimzi.io/cluster")
                    .asText();
            if (manifests.base("Kafka").stream().noneMatch(kafka -> kafka.name().equals(cluster))) {
                faults.add("%s: there is no cluster '%s'".formatted(each, cluster));
            }
        });
    }

    private void users(Settings settings, List<String> faults) throws IOException {
        Map<String, KubernetesManifest> users = new HashMap<>();
        manifests.base("KafkaUser").forEach(user -> users.put(user.name(), user));
        for (ClusterUser service :
                List.of(ClusterUser.INGEST, ClusterUser.VERIFIER, ClusterUser.TRAINER, ClusterUser.OPERATOR)) {
            String name = "twinstream-" + service;
            String text = AclText.strimzi("twinstream", name, AccessTable.of(service, AccessSettings.of(settings)))
                    .collect(Collectors.joining("\n"));
            KubernetesManifest user = users.remove(name);
            if (user == null || !user.tree().equals(YAML.readTree(text))) {
                faults.add("users.yaml: %s isn't what 'twinstream acls --format strimzi' prints".formatted(name));
            }
        }
        users.values().forEach(user -> faults.add(user + ": no service has that user"));
    }

    /** Returns what the services' config map says. */
    private Settings settings() {
        Map<String, String> variables = new HashMap<>();
        manifests
                .configMaps()
                .values()
                .forEach(map -> map.forEach((name, value) -> {
                    if (Settings.environment(Map.of(name, "")).keySet().stream()
                            .allMatch(key -> AllSettings.define().names().contains(key))) {
                        variables.put(name, value);
                    }
                }));
        return Settings.parse(AllSettings.define(), Settings.environment(variables));
    }

    private static Map<String, String> config(KubernetesManifest topic) {
        Map<String, String> config = new TreeMap<>();
        topic.tree()
                .at("/spec/config")
                .propertyStream()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        return config;
    }

    private void listens(KubernetesManifest kafka, Settings settings, List<String> faults) {
        JsonNode listener = kafka.tree().at("/spec/kafka/listeners/0");
        String address = "%s-kafka-bootstrap:%s"
                .formatted(kafka.name(), listener.path("port").asText());
        String looked = settings.getString(CommonSettings.BOOTSTRAP);
        if (!looked.equals(address)) {
            faults.add("%s: listens as %s, the services look for %s".formatted(kafka, address, looked));
        }
        manifests.base("KafkaUser").forEach(user -> {
            if (!user.tree().at("/spec/authentication/type").equals(listener.at("/authentication/type"))) {
                faults.add("%s: isn't authenticated as the listener asks".formatted(user));
            }
        });
    }
}
