package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Finds rules other than those that are tested with promtool. */
final class RuleFaults {
    private final Manifests manifests;
    private final ArrayNode groups;

    RuleFaults(Manifests manifests, Path deploy) throws IOException {
        this.manifests = manifests;
        YAMLMapper yaml = new YAMLMapper();
        groups = yaml.createArrayNode();
        for (String file : List.of("recording.yml", "alerts.yml")) {
            groups.addAll((ArrayNode) yaml.readTree(
                            deploy.resolve("prometheus/rules").resolve(file).toFile())
                    .path("groups"));
        }
    }

    void find(List<String> faults) {
        for (KubernetesManifest rules : manifests.base("PrometheusRule")) {
            JsonNode there = rules.tree().at("/spec/groups");
            if (!there.equals(groups)) {
                faults.add(rules + ": other groups than deploy/prometheus/rules has");
            }
        }
    }
}
