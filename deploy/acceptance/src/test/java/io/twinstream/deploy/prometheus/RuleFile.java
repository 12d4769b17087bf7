package io.twinstream.deploy.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the rules of a file, in its order. */
public final class RuleFile {
    private final List<JsonNode> rules = new ArrayList<>();

    private RuleFile() {}

    public static RuleFile read(Path file) throws IOException {
        RuleFile read = new RuleFile();
        for (JsonNode group : new YAMLMapper().readTree(file.toFile()).path("groups")) {
            group.path("rules").forEach(read.rules::add);
        }
        return read;
    }

    /** Returns the rules' expressions by what they record or warn of. */
    public List<PromQuery> queries() {
        return rules.stream()
                .map(rule -> new PromQuery(
                        rule.path("record").asText(rule.path("alert").asText()),
                        rule.path("expr").asText()))
                .toList();
    }

    /** Returns the names of the series that they record. */
    public List<String> recorded() {
        return rules.stream()
                .filter(rule -> rule.has("record"))
                .map(rule -> rule.get("record").asText())
                .toList();
    }

    /** Returns what each alert means and what to do, as rows of a Markdown table; template expressions give way to dots. */
    public String alertTable() {
        return rules.stream()
                .filter(rule -> rule.has("alert"))
                .map(rule -> "| `%s` | %s | %s |\n"
                        .formatted(
                                rule.get("alert").asText(),
                                rule.at("/annotations/summary").asText().replaceAll("\\{\\{.*?}}", "…"),
                                rule.at("/annotations/action").asText()))
                .collect(Collectors.joining());
    }

    /** Returns the alerts that lack a summary, or say nothing of what to do. */
    List<String> mute() {
        return rules.stream()
                .filter(rule -> rule.has("alert"))
                .filter(rule -> rule.at("/annotations/summary").asText().isBlank()
                        || rule.at("/annotations/action").asText().isBlank())
                .map(rule -> rule.get("alert").asText())
                .toList();
    }
}
