package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Finds selectors that select nothing, and ports by names that nothing has. */
final class SelectorFaults {
    private final Manifests manifests;
    private final List<JsonNode> pods = new ArrayList<>();

    SelectorFaults(Manifests manifests) {
        this.manifests = manifests;
        manifests
                .base("Deployment", "StatefulSet")
                .forEach(each -> pods.add(each.tree().at("/spec/template")));
    }

    void find(List<String> faults) {
        for (KubernetesManifest each : manifests.base("Deployment", "StatefulSet", "PodDisruptionBudget")) {
            selects(each, each.tree().at("/spec/selector/matchLabels"), faults);
        }
        for (KubernetesManifest service : manifests.base("Service")) {
            selects(service, service.tree().at("/spec/selector"), faults);
            service.tree().at("/spec/ports").forEach(port -> portThere(service, port.path("targetPort"), faults));
        }
        for (KubernetesManifest policy : manifests.base("NetworkPolicy")) {
            JsonNode selector = policy.tree().at("/spec/podSelector");
            if (selector.has("matchLabels")) {
                selects(policy, selector.path("matchLabels"), faults);
            }
            for (JsonNode expression : selector.path("matchExpressions")) {
                expression.path("values").forEach(value -> {
                    if (pods.stream()
                            .noneMatch(pod ->
                                    label(pod, expression.path("key").asText()).equals(value.asText()))) {
                        faults.add("%s: no pod is %s".formatted(policy, value));
                    }
                });
            }
            policy.tree().findValues("port").forEach(port -> portThere(policy, port, faults));
        }
        for (KubernetesManifest set : manifests.base("StatefulSet")) {
            named(set, "Service", set.tree().at("/spec/serviceName"), faults);
        }
        for (KubernetesManifest scaler : manifests.base("HorizontalPodAutoscaler")) {
            JsonNode target = scaler.tree().at("/spec/scaleTargetRef");
            named(scaler, target.path("kind").asText(), target.path("name"), faults);
        }
        for (KubernetesManifest ingress : manifests.all("Ingress")) {
            ingress.tree().findValues("service").forEach(service -> {
                named(ingress, "Service", service.path("name"), faults);
                portThere(ingress, service.at("/port/name"), faults);
            });
        }
        for (KubernetesManifest monitor : manifests.base("ServiceMonitor")) {
            monitor.tree().findValues("port").forEach(port -> portThere(monitor, port, faults));
        }
    }

    private void named(KubernetesManifest by, String kind, JsonNode name, List<String> faults) {
        if (manifests.base(kind).stream().noneMatch(each -> each.name().equals(name.asText()))) {
            faults.add("%s: there is no %s %s".formatted(by, kind, name));
        }
    }

    private void selects(KubernetesManifest by, JsonNode labels, List<String> faults) {
        boolean found = pods.stream()
                .anyMatch(pod -> labels.propertyStream()
                        .allMatch(label -> label(pod, label.getKey())
                                .equals(label.getValue().asText())));
        if (!found || labels.isEmpty()) {
            faults.add("%s: selects no pod by %s".formatted(by, labels));
        }
    }

    /** Checks that a pod gives a port that name; ports by number are those of others: names and brokers. */
    private void portThere(KubernetesManifest by, JsonNode port, List<String> faults) {
        if (port.isTextual()
                && pods.stream()
                        .noneMatch(pod -> Manifests.each(pod.at("/spec/containers/0/ports"))
                                .anyMatch(declared -> declared.path("name").equals(port)))) {
            faults.add("%s: no pod has a port %s".formatted(by, port));
        }
    }

    private static String label(JsonNode pod, String key) {
        return pod.at("/metadata/labels").path(key).asText();
    }
}
