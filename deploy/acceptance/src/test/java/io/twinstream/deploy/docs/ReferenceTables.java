package io.twinstream.deploy.docs;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.twinstream.deploy.cli.Twinstream;
import io.twinstream.deploy.prometheus.RuleFile;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.Profile;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import picocli.CommandLine;

/** Writes the reference tables of the documentation, each from what the program itself goes by. */
final class ReferenceTables {
    /** The folder that holds {@code deploy}, seen from where tests run. */
    static final Path ROOT = Path.of("..");

    private static final Path CHECKS = ROOT.resolve("deploy/acceptance");
    private static final Path SCHEMAS =
            ROOT.resolve("schemas/records/src/main/resources/io/twinstream/schemas/serde/released");
    private static final String PROMISE = "# promise of ";
    private static final String TAKES = "# takes: about ";
    private static final String MACHINE = " on two cores";
    private static final String CONTINUED = "#   ";
    private static final String PARAMETERS = "parameters";
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX, 4);

    private ReferenceTables() {}

    /** Returns each table by its name. */
    static Map<String, String> all() throws IOException {
        Map<String, String> tables = new TreeMap<>();
        tables.put("settings", Ran.run("settings", "--markdown").out());
        tables.put("rights", Ran.run("acls", "--format", "markdown").out());
        tables.put("metrics", metrics());
        tables.put("topics", topics());
        tables.put("schemas", schemas());
        tables.put("decoding", decoding());
        tables.put("commands", commands());
        tables.put("profiles", profiles());
        tables.put(
                "alerts",
                table("alert | means | do")
                        + RuleFile.read(ROOT.resolve("deploy/prometheus/rules/alerts.yml"))
                                .alertTable());
        tables.put("routes of ingest", routes("ingest", "ingest/src/main/resources/io/twinstream/ingest/http"));
        tables.put(
                "routes of a verifier",
                routes("verifier", "verifier/service/src/main/resources/io/twinstream/verifier/web"));
        tables.put(
                "routes of a trainer", routes("trainer", "trainer/src/main/resources/io/twinstream/trainer/service"));
        tables.putAll(promises());
        return tables;
    }

    /** Returns the names of all topics. */
    static List<String> topicNames() {
        return declarations().map(TopicDeclaration::name).toList();
    }

    /** Returns the checks of the product, which are the programs of their folder. */
    static List<Path> checks() throws IOException {
        try (Stream<Path> files = Files.list(CHECKS)) {
            return files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .filter(file -> !file.toString().endsWith(".sh"))
                    .sorted()
                    .toList();
        }
    }

    private static String metrics() {
        return table("metric | of | type | labels | meaning")
                + Arrays.stream(Metric.values())
                        .map(metric -> row(
                                code(metric.id()),
                                metric.service(),
                                metric.type().name().toLowerCase(Locale.ROOT),
                                metric.labels().stream()
                                        .map(ReferenceTables::code)
                                        .collect(joining(", ")),
                                metric.meaning()))
                        .collect(joining());
    }

    private static Stream<TopicDeclaration> declarations() {
        return Stream.concat(TOPICS.all().stream(), Stream.of(TOPICS.ofShards()));
    }

    private static String topics() {
        return table("topic | partitions | cleanup | kept | erased within | append time of | largest record")
                + declarations()
                        .map(topic -> row(
                                code(topic.name()),
                                topic.partitions() == 1 ? "1" : code("topic.partitions"),
                                topic.settings()
                                        .getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "")
                                        .replace(",", ", "),
                                kept(topic.settings()),
                                days(topic.settings().get(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG)),
                                topic.settings().containsKey(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)
                                        ? "broker"
                                        : "sender",
                                kib(topic.settings().get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))))
                        .collect(joining());
    }

    /** Returns the released schemas, which their index lists with their fingerprints. */
    private static String schemas() throws IOException {
        return table("record | version | fingerprint in the bytes | schema")
                + Files.readAllLines(SCHEMAS.resolve("index")).stream()
                        .map(line -> line.split("[-. ]", 4))
                        .sorted(Comparator.<String[], String>comparing(parts -> parts[0])
                                .thenComparing(parts -> Integer.valueOf(parts[1])))
                        .map(parts -> row(
                                code(parts[0]),
                                parts[1],
                                code(parts[3]),
                                "[`%1$s-%2$s.avsc`](../../%3$s/%1$s-%2$s.avsc)"
                                        .formatted(parts[0], parts[1], ROOT.relativize(SCHEMAS))))
                        .collect(joining());
    }

    /** Returns the lines of the example for Node that decode a record. */
    private static String decoding() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve("deploy/examples/node/records.mjs"));
        int begin = lines.indexOf("  decode(bytes) {");
        int end = begin + lines.subList(begin, lines.size()).indexOf("  }");
        return lines.subList(begin, end + 1).stream()
                .map(line -> line.substring(2))
                .collect(joining("\n", "```js\n", "\n```\n"));
    }

    private static String kept(Map<String, String> settings) {
        String retention = settings.get(TopicConfig.RETENTION_MS_CONFIG);
        if ("-1".equals(retention)
                || TopicConfig.CLEANUP_POLICY_COMPACT.equals(settings.get(TopicConfig.CLEANUP_POLICY_CONFIG))) {
            return "for ever";
        }
        return retention == null ? "as the cluster says" : days(retention);
    }

    private static String days(String millis) {
        if (millis == null) {
            return "";
        }
        long days = Duration.ofMillis(Long.parseLong(millis)).toDays();
        return days == 1 ? "a day" : days + " days";
    }

    private static String kib(String bytes) {
        return bytes == null ? "as the cluster says" : Long.parseLong(bytes) / 1024 + " KiB";
    }

    private static String commands() {
        return table("command | what it does")
                + commands(Twinstream.commandLine())
                        .map(command -> row(
                                code("deploy/" + command.getCommandSpec().qualifiedName()),
                                String.join(
                                        " ",
                                        command.getCommandSpec().usageMessage().description())))
                        .collect(joining());
    }

    /** Returns the commands that do something: those without commands of their own. */
    private static Stream<CommandLine> commands(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(ReferenceTables::commands);
    }

    private static String profiles() {
        return table("profile | commit interval | wait of a poll | linger | records a poll | images read ahead")
                + Arrays.stream(Profile.values())
                        .map(profile -> {
                            String name = profile.name().toLowerCase(Locale.ROOT);
                            Settings settings =
                                    Settings.parse(AllSettings.define(), Map.of(VerifierSettings.PROFILE, name));
                            return row(
                                    code(name),
                                    profile.commitMs() + " ms",
                                    profile.pollMs() + " ms",
                                    profile.lingerMs() + " ms",
                                    Integer.toString(profile.pollRecords()),
                                    Integer.toString(
                                            InferenceSettings.of(settings).batchMax()));
                        })
                        .collect(joining());
    }

    private static String routes(String service, String folder) throws IOException {
        JsonNode api = new YAMLMapper()
                .readTree(ROOT.resolve(folder).resolve("openapi.yaml").toFile());
        StringBuilder rows = new StringBuilder(table("request | what it does | parameters | for | answers"));
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> !operation.getKey().equals(PARAMETERS))
                        .forEach(operation -> {
                            String method = operation.getKey().toUpperCase(Locale.ROOT);
                            JsonNode what = operation.getValue();
                            rows.append(row(
                                    code(method + " " + path.getKey()),
                                    what.path("summary").asText(),
                                    Stream.concat(parameters(api, path.getValue()), parameters(api, what))
                                            .map(ReferenceTables::code)
                                            .collect(joining(", ")),
                                    what.has("security") ? "everybody" : callers(service, method),
                                    names(what.path("responses")).collect(joining(", "))));
                        }));
        return rows.toString();
    }

    private static Stream<String> parameters(JsonNode api, JsonNode operation) {
        List<String> names = new ArrayList<>();
        operation.path(PARAMETERS).forEach(parameter -> {
            JsonNode declared = parameter.has("$ref")
                    ? api.at(parameter.get("$ref").asText().substring(1))
                    : parameter;
            if (declared.path("in").asText().equals("query")) {
                names.add(declared.path("name").asText());
            }
        });
        return names.stream();
    }

    private static Stream<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey);
    }

    /** Returns who may send a request, as the access rules of a service's two tokens have it. */
    private static String callers(String service, String method) {
        if (service.equals("ingest")) {
            return method.equals("DELETE") ? "operators" : "senders";
        }
        return method.equals("GET") ? "readers" : "operators";
    }

    /** Returns the promises by what they are of, each from the comment at the head of the program that checks it. */
    private static Map<String, String> promises() throws IOException {
        Map<String, StringBuilder> rows = new TreeMap<>();
        for (Path check : checks()) {
            List<String> lines = Files.readAllLines(check);
            String first = line(check, lines, PROMISE);
            StringBuilder text = new StringBuilder(first);
            lines.stream()
                    .skip(lines.indexOf(PROMISE + first) + 1L)
                    .takeWhile(line -> line.startsWith(CONTINUED))
                    .forEach(line -> text.append(' ').append(line.substring(CONTINUED.length())));
            String[] parts = text.toString().split(": ", 2);
            rows.computeIfAbsent("promises of " + parts[0], name -> new StringBuilder(table("check | promise | takes")))
                    .append(row(
                            code(check.getFileName().toString()),
                            parts[1],
                            line(check, lines, TAKES).replace(MACHINE, "")));
        }
        Map<String, String> tables = new TreeMap<>();
        rows.forEach((name, text) -> tables.put(name, text.toString()));
        return tables;
    }

    /** Returns what follows these words on the first line of a check that begins with them. */
    private static String line(Path check, List<String> lines, String words) throws IOException {
        return lines.stream()
                .filter(line -> line.startsWith(words))
                .findFirst()
                .orElseThrow(() -> new IOException("%s has no line '%s...'".formatted(check, words)))
                .substring(words.length());
    }

    private static String table(String columns) {
        return "| " + columns + " |\n" + "|---".repeat(columns.split(" \\| ").length) + "|\n";
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
