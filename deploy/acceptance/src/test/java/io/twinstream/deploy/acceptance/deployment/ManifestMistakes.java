package io.twinstream.deploy.acceptance.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.kubernetes.HelmChart;
import io.twinstream.deploy.kubernetes.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Checks that the Kubernetes manifests, and the chart that they are rendered from, are strictly of their kinds and agree with the
 * code and with each other. With one mistake in them, an unknown field in each kind of document or each kind of disagreement, they
 * don't. The images aren't looked at.
 */
public final class ManifestMistakes implements AcceptanceCheck {
    private static final YAMLMapper YAML = new YAMLMapper();

    /** Puts one thing in another's place somewhere in a file. */
    private record Mistake(String file, String right, String wrong) {}

    private static final List<Mistake> MISTAKES = List.of(
            new Mistake("base/verifier.yaml", "image: twinstream", "image: twinstreem"),
            new Mistake("overlays/gpu/kustomization.yaml", "newTag: cuda", "newTag: gpu"),
            new Mistake("overlays/gpu/verifier.yaml", "image: twinstream-cuda", "image: twinstream-gpu"),
            new Mistake("base/verifier.yaml", "args: [verifier]", "args: [verify-all]"),
            new Mistake("base/ingest.yaml", "containerPort: 8080", "containerPort: 8081"),
            new Mistake("base/ingest.yaml", "targetPort: http", "targetPort: https"),
            new Mistake("base/trainer.yaml", "path: /health/ready", "path: /ready"),
            new Mistake("base/verifier.yaml", "VERIFIER_STATE_DIR", "VERIFIER_STATE_FOLDER"),
            new Mistake("base/kustomization.yaml", "TOPIC_PARTITIONS=12", "TOPIC_PARTITIONS=dozen"),
            new Mistake("base/kustomization.yaml", "bootstrap:9093", "bootstrap:9092"),
            new Mistake("base/kustomization.yaml", "  - rules.yaml\n", ""),
            new Mistake("base/ingest.yaml", "secretKeyRef: {name: twinstream-tokens", "secretKeyRef: {name: tokens"),
            new Mistake("base/trainer.yaml", "secretName: twinstream-cluster-ca-cert", "secretName: ca"),
            new Mistake("base/ingest.yaml", "configMapRef: {name: twinstream}", "configMapRef: {name: settings}"),
            new Mistake("base/verifier.yaml", "serviceName: verifiers", "serviceName: heads"),
            new Mistake("base/verifier.yaml", "kind: StatefulSet, name: verifier", "kind: StatefulSet, name: judge"),
            new Mistake(
                    "base/network.yaml", "values: [ingest, verifier, trainer]", "values: [ingest, verifyer, trainer]"),
            new Mistake("base/trainer.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
            new Mistake("base/trainer.yaml", "enableServiceLinks: false", "enableServiceLinks: true"),
            new Mistake("base/ingest.yaml", "limits:\n              memory: 512Mi", "limits: {}"),
            new Mistake("base/ingest.yaml", "name: kafka-ca, mountPath", "name: ca, mountPath"),
            new Mistake("base/topics.yaml", "partitions: 12", "partitions: 6"),
            new Mistake("base/topics.yaml", "name: twinstream.verdicts", "name: twinstream.verdict"),
            new Mistake("base/topics.yaml", "cleanup.policy: compact", "cleanup.policy: delete"),
            new Mistake("base/users.yaml", "operations: [Write]", "operations: [Write, Alter]"),
            new Mistake("base/users.yaml", "type: scram-sha-512", "type: tls"),
            new Mistake("base/rules.yaml", "for: 5m", "for: 6m"),
            new Mistake(
                    "base/verifier.yaml", "value: /var/lib/twinstream/embeddings", "value: /tmp/twinstream/embeddings"),
            new Mistake("overlays/ingress/ingress.yaml", "{name: ingest, port", "{name: intake, port"),
            new Mistake("overlays/dev/services.yaml", "name: ingest", "name: intake"));

    /** Mistakes in the chart, most of them in what only some values render. */
    private static final List<Mistake> CHART_MISTAKES = List.of(
            new Mistake("values.yaml", "shards: 1", "shard: 1"),
            new Mistake("values.yaml", "cudaTag: cuda", "cudaTag: gpu"),
            new Mistake("files/alerts.yml", "for: 5m", "for: 6m"),
            new Mistake("templates/_pods.tpl", "scheme: HTTPS", "scheme: HTTP"),
            new Mistake("templates/_pods.tpl", "_HTTP_TLS_KEY", "_HTTP_TLS_SECRET"),
            new Mistake("templates/_pods.tpl", "TRACING_OTLP_ENDPOINT", "TRACING_ENDPOINT"),
            new Mistake("templates/_pods.tpl", "SCHEMAS_REGISTRY_URL", "SCHEMA_REGISTRY_URL"),
            new Mistake("templates/_pods.tpl", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false"),
            new Mistake("templates/_pods.tpl", "name: twinstream-{{ .service }}", "name: {{ .service }}"),
            new Mistake("templates/_pods.tpl", "secretName: {{ . }}", "secretName: certificates"),
            new Mistake("templates/settings.yaml", "name: twinstream", "name: settings"),
            new Mistake("templates/verifier.yaml", "GALLERY_SHARD, value", "SHARD, value"),
            new Mistake("templates/verifier.yaml", "StatefulSet, name: {{ $name }}", "StatefulSet, name: verifier"),
            new Mistake("templates/verifier.yaml", "          args: [verifier]", "         args: [verifier]"),
            new Mistake("templates/topics.yaml", "twinstream.partial-verdicts", "twinstream.partial-verdict"),
            new Mistake("templates/topics.yaml", "partitions: {{ .Values.topics.partitions }}", "partitions: 12"),
            new Mistake("templates/users.yaml", "-shard-{{ $shard }}-of-", "-shard-0-of-"),
            new Mistake("templates/users.yaml", "twinstream-verifier-merge-", "twinstream-verifier-merging-"),
            new Mistake("templates/network.yaml", "{{ if .Values.trainer.enabled }}, trainer{{ end }}", ", trainer"),
            new Mistake("templates/monitoring.yaml", "port: http", "port: metrics"),
            new Mistake("templates/ingress.yaml", "{name: verifier, port", "{name: judge, port"));

    private final Path deploy = Path.of(System.getProperty("twinstream.launcher", "deploy/twinstream"))
            .toAbsolutePath()
            .getParent();

    @Override
    public Result run(Path images) throws Exception {
        Path manifests = deploy.resolve("kubernetes");
        List<String> faults = Manifests.faults(manifests, deploy);
        Path chart = deploy.resolve("helm");
        faults.addAll(new HelmChart(chart).faults(deploy));
        List<String> disagreements = new HelmChart(chart).disagreements(deploy);
        Stream.concat(faults.stream(), disagreements.stream()).forEach(System.err::println);
        Map<String, Path> kinds = kinds(manifests);
        List<String> missed = new ArrayList<>();
        for (String kind : kinds.keySet()) {
            if (spoilt(manifests, manifests.relativize(kinds.get(kind)), text -> unknownField(text, kind), this::faults)
                    .isEmpty()) {
                missed.add("an unknown field of a " + kind);
            }
        }
        for (Mistake mistake : MISTAKES) {
            if (spoilt(manifests, Path.of(mistake.file), text -> replaced(text, mistake), this::faults)
                    .isEmpty()) {
                missed.add("%s: %s".formatted(mistake.file, mistake.wrong));
            }
        }
        for (Mistake mistake : CHART_MISTAKES) {
            if (spoilt(
                            chart,
                            Path.of(mistake.file),
                            text -> replaced(text, mistake),
                            copy -> new HelmChart(copy).faults(deploy))
                    .isEmpty()) {
                missed.add("chart, %s: %s".formatted(mistake.file, mistake.wrong));
            }
        }
        missed.forEach(each -> System.err.println("not caught: " + each));
        int made = kinds.size() + MISTAKES.size() + CHART_MISTAKES.size();
        return new Result(
                faults.isEmpty() && disagreements.isEmpty() && missed.isEmpty(),
                "%d faults in the manifests and the chart, which disagree in %d places; %d of %d mistakes caught, %d in the chart, and among them an unknown field in each of %d kinds"
                        .formatted(
                                faults.size(),
                                disagreements.size(),
                                made - missed.size(),
                                made,
                                CHART_MISTAKES.size(),
                                kinds.size()));
    }

    private List<String> faults(Path manifests) throws IOException {
        return Manifests.faults(manifests, deploy);
    }

    /** Returns a text with a mistake in it. */
    private interface Spoiler {
        String spoil(String text) throws IOException;
    }

    /** Finds what is wrong with a folder. */
    private interface Judge {
        List<String> faults(Path folder) throws IOException;
    }

    /** Returns what is found wrong with a copy of a folder in which one file is spoilt. */
    private static List<String> spoilt(Path folder, Path file, Spoiler spoiler, Judge judge) throws IOException {
        try (TemporaryFolder copy = TemporaryFolder.create("twinstream-manifests-")) {
            List<Path> sources;
            try (Stream<Path> files = Files.walk(folder)) {
                sources = files.filter(Files::isRegularFile).toList();
            }
            for (Path source : sources) {
                Path target = copy.path().resolve(folder.relativize(source));
                Files.createDirectories(target.getParent());
                String text = Files.readString(source);
                Files.writeString(target, folder.relativize(source).equals(file) ? spoiler.spoil(text) : text);
            }
            return judge.faults(copy.path());
        }
    }

    /** Returns one file of each kind. */
    private static Map<String, Path> kinds(Path manifests) throws IOException {
        Map<String, Path> kinds = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(manifests)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(file.toFile())) {
                    while (documents.hasNext()) {
                        kinds.putIfAbsent(documents.next().path("kind").asText(), file);
                    }
                }
            }
        }
        return kinds;
    }

    private static String unknownField(String text, String kind) throws IOException {
        StringBuilder spoilt = new StringBuilder();
        try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
            while (documents.hasNext()) {
                ObjectNode document = (ObjectNode) documents.next();
                if (document.path("kind").asText().equals(kind)) {
                    JsonNode spec = document.path("spec");
                    (spec instanceof ObjectNode object ? object : document).put("mistake", true);
                }
                spoilt.append(YAML.writeValueAsString(document));
            }
        }
        return spoilt.toString();
    }

    private static String replaced(String text, Mistake mistake) {
        if (!text.contains(mistake.right)) {
            throw new IllegalStateException("%s has no '%s'".formatted(mistake.file, mistake.right));
        }
        return text.replace(mistake.right, mistake.wrong);
    }
}
