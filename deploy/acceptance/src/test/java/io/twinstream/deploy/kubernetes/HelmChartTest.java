package io.twinstream.deploy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values other than the chart's own lie in {@code deploy/helm/values-*.yaml} and in this test's folder {@code helm-values}. */
class HelmChartTest {
    /** Whether what is made from another file is written anew: {@code -Dtwinstream.docs=write}, as for the documentation. */
    private static final boolean WRITE = "write".equals(System.getProperty("twinstream.docs"));

    private static final Path FOLDER = Path.of("helm");
    private static final Path PAGE = Path.of("docs/kubernetes.md");
    private static final HelmChart CHART = new HelmChart(FOLDER);

    @Test
    void helmFindsNothingWrongWithTheChart() {
        assertEquals(List.of(), CHART.lint());
    }

    @Test
    void manifestsForKustomizeAreWhatTheChartRenders() throws IOException {
        for (Map.Entry<String, String> file : CHART.kustomized().entrySet()) {
            isThere(Path.of("kubernetes", file.getKey()), file.getValue());
        }
    }

    @Test
    void theChartHasTheRulesThatAreTestedWithPromtool() throws IOException {
        for (String name : List.of("recording.yml", "alerts.yml")) {
            isThere(FOLDER.resolve("files").resolve(name), Files.readString(Path.of("prometheus/rules", name)));
        }
    }

    @Test
    void theChartsOwnValuesRenderWhatAgreesWithTheCode() throws IOException {
        assertEquals(List.of(), Manifests.faults(CHART.render(), Path.of("")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void otherValuesRenderWhatAgreesWithTheCode(Path values) throws IOException {
        assertEquals(List.of(), Manifests.faults(CHART.render(values), Path.of("")));
    }

    static List<Path> values() throws IOException {
        return HelmChart.values(Path.of(""));
    }

    @ParameterizedTest
    @FieldSource("io.twinstream.deploy.kubernetes.HelmChart#OVERLAYS")
    void anOverlayIsWhatTheChartRendersWithTheValuesOfThatName(String name) throws Exception {
        assumeTrue(KustomizedOverlay.isToBeHad(), "kubectl isn't there");

        assertEquals(List.of(), CHART.disagreements(Path.of(""), name));
    }

    @Test
    void eachShardIsAStatefulSetThatKnowsItsNumber() throws IOException {
        Map<String, JsonNode> documents =
                KustomizedOverlay.byName(CHART.render("verifier.shards", 3).get("verifier.yaml"));

        Map<String, String> numbers = new HashMap<>();
        documents.forEach((name, tree) -> tree.at("/spec/template/spec/containers/0/env")
                .forEach(variable -> {
                    if (variable.path("name").asText().equals("TWINSTREAM_VERIFIER_GALLERY_SHARD")) {
                        numbers.put(name, variable.path("value").asText());
                    }
                }));

        assertEquals(
                Map.of(
                        "StatefulSet verifier-shard-0", "0",
                        "StatefulSet verifier-shard-1", "1",
                        "StatefulSet verifier-shard-2", "2"),
                numbers);
    }

    @Test
    void anAutoscalerAloneSetsTheNumberOfVerifiers() throws IOException {
        JsonNode scaled =
                KustomizedOverlay.byName(CHART.render().get("verifier.yaml")).get("StatefulSet verifier");
        JsonNode fixed = KustomizedOverlay.byName(
                        CHART.render("autoscaling.enabled", false).get("verifier.yaml"))
                .get("StatefulSet verifier");

        assertTrue(scaled.at("/spec/replicas").isMissingNode());
        assertEquals(2, fixed.at("/spec/replicas").asInt());
    }

    @Test
    void verifiersPassRunsOnToTheTrainerWhereThereIsOne() throws IOException {
        Map<String, String> with = CHART.render();
        Map<String, String> without = CHART.render("trainer.enabled", false);

        assertTrue(with.get("verifier.yaml")
                .contains("{name: TWINSTREAM_VERIFIER_TRAINER_URL, value: \"http://trainer:8082\"}"));
        assertEquals(List.of("verifier"), callers(with, "trainer"));
        assertEquals(List.of("ingest", "verifier", "trainer"), called(with));
        assertFalse(without.get("verifier.yaml").contains("VERIFIER_TRAINER"));
        assertEquals(List.of("ingest", "verifier"), called(without));
    }

    /** Returns the services whose pods a service's policy lets in. */
    private static List<String> callers(Map<String, String> rendered, String service) throws IOException {
        List<String> names = new ArrayList<>();
        KustomizedOverlay.byName(rendered.get("network.yaml"))
                .get("NetworkPolicy " + service)
                .at("/spec/ingress/0/from")
                .forEach(peer -> names.add(peer.at("/podSelector/matchLabels/app.kubernetes.io~1name")
                        .asText()));
        names.removeIf(String::isEmpty);
        return names;
    }

    /** Returns the services that verifiers may call. */
    private static List<String> called(Map<String, String> rendered) throws IOException {
        List<String> names = new ArrayList<>();
        KustomizedOverlay.byName(rendered.get("network.yaml"))
                .get("NetworkPolicy verifier")
                .at("/spec/egress/0/to/0/podSelector/matchExpressions/0/values")
                .forEach(name -> names.add(name.asText()));
        return names;
    }

    @Test
    void aGpuIsAskedForWithTheImageForCuda() throws IOException {
        JsonNode container = KustomizedOverlay.byName(
                        CHART.render("verifier.provider", "cuda").get("verifier.yaml"))
                .get("StatefulSet verifier")
                .at("/spec/template/spec/containers/0");

        assertEquals("twinstream:cuda", container.path("image").asText());
        assertEquals(
                "1", container.at("/resources/limits").path("nvidia.com/gpu").asText());
    }

    @Test
    void imagesComeFromTheRegistryThatIsNamed() throws IOException {
        JsonNode ingest = KustomizedOverlay.byName(CHART.render("image.registry", "registry.example.org/team")
                        .get("ingest.yaml"))
                .get("Deployment ingest");

        assertEquals(
                "registry.example.org/team/twinstream:latest",
                ingest.at("/spec/template/spec/containers/0/image").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "verifier.shards, 0",
        "verifier.shard, 2",
        "verifier.provider, gpu",
        "autoscaling.metric, memory",
        "kafka.securityProtocol, TLS",
        "tokens.create.reader, abc"
    })
    void aValueThatTheChartDoesNotTakeIsRefusedByItsName(String name, String value) {
        Object typed = value.matches("\\d+") ? Integer.valueOf(value) : value;

        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> CHART.render(name, typed));

        String last = name.substring(name.lastIndexOf('.') + 1);
        assertTrue(String.valueOf(refusal.getMessage()).contains(last), refusal.getMessage());
    }

    @Test
    void thePageHasARowForEachValue() throws IOException {
        String rows = String.join("\n", ValueTable.rows(FOLDER.resolve("values.yaml"))) + "\n";
        String text = Files.readString(PAGE);
        String head = "| value | default | meaning |\n|---|---|---|\n";
        int begin = text.indexOf(head) + head.length();
        int end = text.indexOf("\n\n", begin) + 1;

        isThere(PAGE, text.substring(0, begin) + rows + text.substring(end));
    }

    @Test
    void helmTakesTheCommandsOfThePage() throws IOException {
        List<String> commands = commands("helm (install|upgrade) ");

        assertFalse(commands.isEmpty());
        for (String command : commands) {
            assertTrue(
                    command.matches("helm (install|upgrade) twinstream deploy/helm --namespace twinstream .+"),
                    command);
            List<Path> files = each(command, "-f deploy/(\\S+)").map(Path::of).toList();
            Map<String, Object> values = new HashMap<>();
            each(command, "--set (\\S+)").map(set -> set.split("=", 2)).forEach(set -> values.put(set[0], set[1]));

            assertEquals(List.of(), Manifests.faults(untagged(CHART.render(files, values)), Path.of("")), command);
        }
    }

    /** Returns the documents with the tags that the image is built with, which pages replace by versions. */
    private static Map<String, String> untagged(Map<String, String> rendered) {
        Map<String, String> untagged = new LinkedHashMap<>();
        rendered.forEach((name, text) -> untagged.put(
                name,
                text.replace("twinstream:0.1.0-cuda", "twinstream:cuda")
                        .replace("twinstream:0.1.0", "twinstream:latest")));
        return untagged;
    }

    @Test
    void kubectlTakesTheCommandsOfThePage() throws Exception {
        assumeTrue(KustomizedOverlay.isToBeHad(), "kubectl isn't there");
        List<String> created = commands("kubectl (-n twinstream )?create (namespace|secret generic) ");

        assertFalse(created.isEmpty());
        for (String command : created) {
            Process kubectl = new ProcessBuilder("bash", "-c", command + " --dry-run=client -o yaml")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
            assertEquals(0, kubectl.waitFor(), command + ": " + said);
        }
        for (String command : commands("kubectl apply -k ")) {
            assertTrue(
                    HelmChart.OVERLAYS.contains(command.replace("kubectl apply -k deploy/kubernetes/overlays/", "")),
                    command);
        }
    }

    /** Returns the page's commands that begin so, each on one line. */
    private static List<String> commands(String begin) throws IOException {
        return Files.readString(PAGE)
                .replaceAll("\\\\\n *", "")
                .lines()
                .filter(line -> line.matches(begin + ".*"))
                .toList();
    }

    private static Stream<String> each(String command, String pattern) {
        return Pattern.compile(pattern).matcher(command).results().map(found -> found.group(1));
    }

    @Test
    void eachValueHasACommentAboveIt() throws IOException {
        Path values = FOLDER.resolve("values.yaml");
        List<String> rows = ValueTable.rows(values);

        List<String> leaves =
                leaves("", new YAMLMapper().readTree(values.toFile())).toList();

        assertEquals(
                List.of(),
                leaves.stream()
                        .filter(leaf -> rows.stream()
                                .map(row -> row.substring(3, row.indexOf('`', 3)))
                                .noneMatch(name -> leaf.equals(name) || leaf.startsWith(name + ".")))
                        .toList());
        assertTrue(leaves.contains("image.registry"));
    }

    private static Stream<String> leaves(String path, JsonNode node) {
        return node.isObject() && !node.isEmpty()
                ? node.propertyStream()
                        .flatMap(entry ->
                                leaves(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue()))
                : Stream.of(path);
    }

    private static void isThere(Path file, String text) throws IOException {
        if (WRITE) {
            Files.writeString(file, text);
        }
        assertEquals(
                text,
                Files.readString(file),
                file + " is made from another file: write it with -Dtwinstream.docs=write");
    }
}
