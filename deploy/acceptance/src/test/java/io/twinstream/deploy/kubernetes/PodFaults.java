package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.twinstream.deploy.cli.Twinstream;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;

/**
 * Finds faults of what runs pods: images, commands, settings, secrets, ports, probes, limits, and what the restricted standard
 * asks for.
 */
final class PodFaults {
    private static final String NONE = "";

    private final Manifests manifests;
    private final Map<String, String> images = new HashMap<>();
    private final String build;
    private final Set<String> commands = Arrays.stream(
                    Twinstream.class.getAnnotation(Command.class).subcommands())
            .map(type -> type.getAnnotation(Command.class).name())
            .collect(Collectors.toSet());

    PodFaults(Manifests manifests, Path deploy) throws IOException {
        this.manifests = manifests;
        this.build = Files.readString(deploy.resolve("docker/build"));
    }

    void find(List<String> faults) {
        Map<String, Map<String, String>> maps = configMaps(faults);
        Set<String> secrets = secrets();
        images();
        for (KubernetesManifest workload : manifests.workloads()) {
            JsonNode pod = workload.tree().at("/spec/template/spec");
            boolean whole = manifests.isBase(workload.file());
            for (JsonNode container : pod.path("containers")) {
                image(workload, container, faults);
                settings(workload, container, maps, faults);
                if (whole) {
                    runs(workload, container, faults);
                    restricted(workload, pod, container, faults);
                    mounts(workload, pod, container, faults);
                }
            }
            pod.findValues("secretKeyRef").stream()
                    .map(reference -> reference.path("name").asText())
                    .filter(name -> !secrets.contains(name))
                    .forEach(name -> faults.add("%s: no user makes the secret %s".formatted(workload, name)));
            pod.findValues("secretName").stream()
                    .map(JsonNode::asText)
                    .filter(name -> !secrets.contains(name))
                    .forEach(name -> faults.add("%s: nothing makes the secret %s".formatted(workload, name)));
        }
    }

    private Map<String, Map<String, String>> configMaps(List<String> faults) {
        Map<String, Map<String, String>> maps = new HashMap<>();
        for (KubernetesManifest kustomization : manifests.base("Kustomization")) {
            for (JsonNode map : kustomization.tree().path("configMapGenerator")) {
                Map<String, String> values = new HashMap<>();
                Manifests.each(map.path("literals")).map(JsonNode::asText).forEach(literal -> {
                    String[] parts = literal.split("=", 2);
                    values.put(parts[0], parts[1]);
                });
                maps.put(map.path("name").asText(), values);
                check(kustomization, values, faults);
            }
        }
        return maps;
    }

    /**
     * Returns the secrets that Strimzi makes, of a user and of the cluster's certificate authority, and the one that the
     * operator makes.
     */
    private Set<String> secrets() {
        Set<String> secrets = new HashSet<>(Set.of("twinstream-tokens"));
        manifests.base("KafkaUser").forEach(user -> secrets.add(user.name()));
        manifests.base("Kafka").forEach(kafka -> secrets.add(kafka.name() + "-cluster-ca-cert"));
        return secrets;
    }

    /** Compares what the names of images stand for. */
    private void images() {
        manifests.all().stream()
                .flatMap(each -> Manifests.each(each.tree().path("images")))
                .forEach(image -> {
                    String name = image.path("name").asText();
                    images.put(
                            name,
                            image.path("newName").asText(name) + ":"
                                    + image.path("newTag").asText());
                });
    }

    private void image(KubernetesManifest workload, JsonNode container, List<String> faults) {
        String image = container.path("image").asText(NONE);
        if (manifests.isBase(workload.file()) && image.isEmpty()) {
            faults.add(workload + ": no image");
        }
        if (!image.isEmpty() && !build.contains(images.getOrDefault(image, image))) {
            faults.add("%s: nothing builds the image %s".formatted(workload, image));
        }
    }

    private static void settings(
            KubernetesManifest workload,
            JsonNode container,
            Map<String, Map<String, String>> maps,
            List<String> faults) {
        Map<String, String> variables = new HashMap<>();
        for (JsonNode source : container.path("envFrom")) {
            String name = source.at("/configMapRef/name").asText();
            if (!maps.containsKey(name)) {
                faults.add("%s: nothing makes the config map %s".formatted(workload, name));
            }
        }
        for (JsonNode variable : container.path("env")) {
            boolean secret = variable.has("valueFrom");
            variables.put(
                    variable.path("name").asText(),
                    secret ? "from elsewhere" : variable.path("value").asText());
        }
        check(workload, variables, faults);
    }

    private static void check(KubernetesManifest manifest, Map<String, String> variables, List<String> faults) {
        try {
            Settings.parse(AllSettings.define(), Settings.environment(variables));
        } catch (ConfigException e) {
            faults.add("%s: %s".formatted(manifest, e.getMessage()));
        }
    }

    private void runs(KubernetesManifest workload, JsonNode container, List<String> faults) {
        String command = container.at("/args/0").asText();
        if (!commands.contains(command)) {
            faults.add("%s: twinstream has no command %s".formatted(workload, command));
            return;
        }
        Object port = AllSettings.define().defaultValues().get(command + ".http.port");
        JsonNode declared = container.at("/ports/0");
        if (!String.valueOf(port).equals(declared.path("containerPort").asText())) {
            faults.add("%s: %s listens on %s, not on %s"
                    .formatted(workload, command, port, declared.path("containerPort")));
        }
        Map.of("startupProbe", "/health/live", "livenessProbe", "/health/live", "readinessProbe", "/health/ready")
                .forEach((probe, path) -> {
                    JsonNode get = container.path(probe).path("httpGet");
                    if (!get.path("path").asText().equals(path)
                            || !get.path("port")
                                    .asText()
                                    .equals(declared.path("name").asText())) {
                        faults.add("%s: %s has to ask %s".formatted(workload, probe, path));
                    }
                });
    }

    private static void restricted(KubernetesManifest workload, JsonNode pod, JsonNode container, List<String> faults) {
        Map<String, Boolean> asked = Map.of(
                "runAsNonRoot",
                pod.at("/securityContext/runAsNonRoot").asBoolean(),
                "seccompProfile RuntimeDefault",
                pod.at("/securityContext/seccompProfile/type").asText().equals("RuntimeDefault"),
                "allowPrivilegeEscalation false",
                !container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true),
                "readOnlyRootFilesystem",
                container.at("/securityContext/readOnlyRootFilesystem").asBoolean(),
                "capabilities drop ALL",
                container.at("/securityContext/capabilities/drop/0").asText().equals("ALL"),
                "automountServiceAccountToken false",
                !pod.path("automountServiceAccountToken").asBoolean(true),
                "enableServiceLinks false",
                !pod.path("enableServiceLinks").asBoolean(true),
                "requests of cpu and memory",
                container.at("/resources/requests").has("cpu")
                        && container.at("/resources/requests").has("memory"),
                "a limit of memory",
                container.at("/resources/limits").has("memory"),
                "30 s to drain",
                pod.path("terminationGracePeriodSeconds").asInt() > 30);
        asked.forEach((what, there) -> {
            if (!there) {
                faults.add("%s: lacks %s".formatted(workload, what));
            }
        });
    }

    private static void mounts(KubernetesManifest workload, JsonNode pod, JsonNode container, List<String> faults) {
        Set<String> volumes = new HashSet<>();
        pod.path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
        workload.tree()
                .at("/spec/volumeClaimTemplates")
                .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
        container.path("volumeMounts").forEach(mount -> {
            if (!volumes.contains(mount.path("name").asText())) {
                faults.add("%s: no volume %s to mount".formatted(workload, mount.path("name")));
            }
        });
    }
}
