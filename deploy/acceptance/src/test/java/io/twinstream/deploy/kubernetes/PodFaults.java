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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;

/**
 * Finds faults of what runs pods: images, commands, settings, secrets, ports, probes, limits, and what the restricted standard
 * asks for.
 */
final class PodFaults {
    private static final String NONE = "";
    private static final Set<String> OPERATORS = Set.of("twinstream-tokens", "twinstream-tls", "twinstream-settings");

    /** A folder that services write to, as the image sets it. */
    private static final Pattern WRITTEN = Pattern.compile("(TWINSTREAM_\\w+_DIR)=");

    private final Manifests manifests;
    private final Map<String, String> images = new HashMap<>();
    private final String build;
    private final Set<String> written;
    private final Set<String> commands = Arrays.stream(
                    Twinstream.class.getAnnotation(Command.class).subcommands())
            .map(type -> type.getAnnotation(Command.class).name())
            .collect(Collectors.toSet());

    PodFaults(Manifests manifests, Path deploy) throws IOException {
        this.manifests = manifests;
        this.build = Files.readString(deploy.resolve("docker/build"));
        this.written = WRITTEN.matcher(Files.readString(deploy.resolve("docker/Dockerfile")))
                .results()
                .map(result -> result.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    void find(List<String> faults) {
        Map<String, Map<String, String>> maps = manifests.configMaps();
        maps.forEach((name, values) -> check("ConfigMap " + name, values, faults));
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
                    folders(workload, pod, container, faults);
                }
            }
            Stream.concat(pod.findValues("secretKeyRef").stream(), pod.findValues("secretRef").stream())
                    .map(reference -> reference.path("name").asText())
                    .filter(name -> !secrets.contains(name))
                    .forEach(name -> faults.add("%s: no user makes the secret %s".formatted(workload, name)));
            pod.findValues("secretName").stream()
                    .map(JsonNode::asText)
                    .filter(name -> !secrets.contains(name))
                    .forEach(name -> faults.add("%s: nothing makes the secret %s".formatted(workload, name)));
        }
    }

    /**
     * Returns the secrets that Strimzi makes, of a user and of the cluster's certificate authority, and those that the operator
     * makes: all of them where Strimzi runs no brokers.
     */
    private Set<String> secrets() {
        Set<String> secrets = new HashSet<>(OPERATORS);
        if (manifests.base("Kafka").isEmpty()) {
            secrets.addAll(Set.of("twinstream-ingest", "twinstream-verifier", "twinstream-trainer", "kafka-ca"));
        }
        manifests.base("Secret").forEach(secret -> secrets.add(secret.name()));
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
        String built = image.substring(image.lastIndexOf('/') + 1);
        if (!image.isEmpty() && !build.contains(images.getOrDefault(built, built))) {
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
            if (source.has("configMapRef") && !maps.containsKey(name)) {
                faults.add("%s: nothing makes the config map %s".formatted(workload, name));
            }
        }
        for (JsonNode variable : container.path("env")) {
            boolean secret = variable.has("valueFrom");
            variables.put(
                    variable.path("name").asText(),
                    secret ? "from elsewhere" : variable.path("value").asText());
        }
        check(workload.toString(), variables, faults);
    }

    private static void check(String manifest, Map<String, String> variables, List<String> faults) {
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
        String variable = "TWINSTREAM_%s_HTTP_TLS_CERTIFICATE".formatted(command.toUpperCase(Locale.ROOT));
        String scheme = value(container, variable).isEmpty() ? "HTTP" : "HTTPS";
        Map.of("startupProbe", "/health/live", "livenessProbe", "/health/live", "readinessProbe", "/health/ready")
                .forEach((probe, path) -> {
                    JsonNode get = container.path(probe).path("httpGet");
                    if (!get.path("scheme").asText("HTTP").equals(scheme)) {
                        faults.add("%s: %s has to ask by %s".formatted(workload, probe, scheme));
                    }
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

    /** Finds folders that a service writes to, as the image names them, and that don't lie on a volume that is claimed. */
    private void folders(KubernetesManifest workload, JsonNode pod, JsonNode container, List<String> faults) {
        Set<String> claimed = new HashSet<>();
        pod.path("volumes").forEach(volume -> {
            if (volume.has("persistentVolumeClaim")) {
                claimed.add(volume.path("name").asText());
            }
        });
        workload.tree()
                .at("/spec/volumeClaimTemplates")
                .forEach(claim -> claimed.add(claim.at("/metadata/name").asText()));
        String service = container.at("/args/0").asText().toUpperCase(Locale.ROOT);
        if (claimed.isEmpty()) {
            return;
        }
        for (String folder : written) {
            if (folder.startsWith("TWINSTREAM_MODELS_") || folder.startsWith("TWINSTREAM_" + service + "_")) {
                String path = value(container, folder).orElse(NONE);
                if (Manifests.each(container.path("volumeMounts"))
                        .filter(mount -> claimed.contains(mount.path("name").asText()))
                        .noneMatch(
                                mount -> path.startsWith(mount.path("mountPath").asText() + "/"))) {
                    faults.add("%s: %s isn't on a volume that stays: '%s'".formatted(workload, folder, path));
                }
            }
        }
    }

    private static Optional<String> value(JsonNode container, String variable) {
        return Manifests.each(container.path("env"))
                .filter(each -> each.path("name").asText().equals(variable))
                .map(each -> each.path("value").asText())
                .findFirst();
    }
}
