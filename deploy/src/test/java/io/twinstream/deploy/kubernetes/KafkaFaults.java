package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Topics other than the code declares them, and brokers other than the services look for. */
final class KafkaFaults {
    private final Manifests manifests;

    KafkaFaults(Manifests manifests) {
        this.manifests = manifests;
    }

    void find(List<String> faults) {
        Map<String, Manifest> topics = new HashMap<>();
        manifests.base("KafkaTopic").forEach(topic -> topics.put(topic.name(), topic));
        for (TopicDeclaration declared : CommonSettings.topics(settings()).all()) {
            Manifest topic = topics.remove(declared.name());
            if (topic == null) {
                faults.add("there is no topic " + declared.name());
            } else if (topic.tree().at("/spec/partitions").asInt() != declared.partitions()
                    || !config(topic).equals(new TreeMap<>(declared.settings()))) {
                faults.add("%s: the code declares %s".formatted(topic, declared));
            }
        }
        topics.values().forEach(topic -> faults.add(topic + ": the code declares none of that name"));
        manifests.base("Kafka").forEach(kafka -> listens(kafka, faults));
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

    /** What the services' config map says. */
    private Settings settings() {
        Map<String, String> variables = new HashMap<>();
        manifests
                .base("Kustomization")
                .forEach(kustomization -> Manifests.each(kustomization.tree().path("configMapGenerator"))
                        .flatMap(map -> Manifests.each(map.path("literals")))
                        .map(literal -> literal.asText().split("=", 2))
                        .filter(parts -> Settings.environment(Map.of(parts[0], "")).keySet().stream()
                                .allMatch(key -> AllSettings.define().names().contains(key)))
                        .forEach(parts -> variables.put(parts[0], parts[1])));
        return Settings.parse(AllSettings.define(), Settings.environment(variables));
    }

    private static Map<String, String> config(Manifest topic) {
        Map<String, String> config = new TreeMap<>();
        topic.tree()
                .at("/spec/config")
                .propertyStream()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        return config;
    }

    private void listens(Manifest kafka, List<String> faults) {
        JsonNode listener = kafka.tree().at("/spec/kafka/listeners/0");
        String address = "%s-kafka-bootstrap:%s"
                .formatted(kafka.name(), listener.path("port").asText());
        String looked = settings().getString(CommonSettings.BOOTSTRAP);
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
