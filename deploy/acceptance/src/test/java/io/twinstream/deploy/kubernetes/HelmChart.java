package io.twinstream.deploy.kubernetes;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Renders a chart by Helm itself, which runs in this process. Nothing is asked of a cluster. */
public final class HelmChart {
    /** A version of Kubernetes that the chart takes; Helm's library would take the one of its oldest tests. */
    private static final String KUBERNETES = "1.32.0";

    private static final Pattern SOURCE = Pattern.compile("# Source: twinstream/templates/(\\S+)\n");
    private static final String HEAD = "# Rendered from deploy/helm, and changed there.\n";

    private final Path folder;

    public HelmChart(Path folder) {
        this.folder = folder;
    }

    /** Returns what Helm finds wrong with the chart; empty if nothing is. */
    List<String> lint() {
        LintResult result = new Helm(folder).lint().strict().call();
        return result.isFailed() ? result.getMessages() : List.of();
    }

    /**
     * Renders the chart in the namespace {@code twinstream}.
     *
     * @param values a file with values that differ from the chart's own
     * @return what each template renders, by the template's file name; nothing for a template that renders nothing
     * @throws IllegalStateException with Helm's message if the chart doesn't render with these values
     */
    public Map<String, String> render(Path values) {
        return documents(template().withValuesFile(values).call());
    }

    /** Renders the chart with its own values but for one, as {@code --set} of Helm would have it. */
    public Map<String, String> render(String name, Object value) {
        return documents(template().set(name, value).call());
    }

    /** Renders the chart with its own values. */
    public Map<String, String> render() {
        return documents(template().call());
    }

    /** Returns the files of {@code deploy/kubernetes} that the chart is the source of, by their path there. */
    Map<String, String> kustomized() {
        Map<String, String> files = new TreeMap<>();
        render("config.create", false).forEach((name, text) -> files.put("base/" + name, HEAD + text));
        String ingress = render(folder.resolve("values-ingress.yaml")).getOrDefault("ingress.yaml", "");
        files.put("overlays/ingress/ingress.yaml", HEAD + ingress);
        return files;
    }

    /** Returns the values of a file as the rows of a table: name, default and the comment above. */
    static List<String> rows(Path values) throws IOException {
        return new ValueTable(Files.readAllLines(values)).rows();
    }

    private TemplateCommand template() {
        return new Helm(folder)
                .template()
                .withName("twinstream")
                .withNamespace("twinstream")
                .withKubeVersion(KUBERNETES);
    }

    private static Map<String, String> documents(String rendered) {
        Map<String, String> documents = new LinkedHashMap<>();
        for (String document : rendered.split("(?m)^---\n")) {
            Matcher source = SOURCE.matcher(document);
            if (source.lookingAt()) {
                String text = document.substring(source.end()).stripTrailing() + "\n";
                documents.merge(source.group(1), text, (before, after) -> before + "---\n" + after);
            }
        }
        return documents;
    }
}
