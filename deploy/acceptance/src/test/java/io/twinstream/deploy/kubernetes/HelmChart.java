package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Renders a chart by Helm itself, which runs in this process. Nothing is asked of a cluster. */
public final class HelmChart {
    static final List<String> OVERLAYS = List.of("cpu", "gpu", "dev", "ingress");

    /** A version of Kubernetes that the chart takes; Helm's library would take the one of its oldest tests. */
    private static final String KUBERNETES = "1.32.0";

    private static final Pattern SOURCE = Pattern.compile("# Source: twinstream/templates/(\\S+)\n");
    private static final String HEAD = "# Rendered from deploy/helm, and changed there.\n";

    private final Path folder;

    public HelmChart(Path folder) {
        this.folder = folder;
    }

    /** Returns the files of {@code deploy} with values other than the chart's own, which everything is checked with. */
    static List<Path> values(Path deploy) throws IOException {
        try (Stream<Path> shipped = Files.list(deploy.resolve("helm"));
                Stream<Path> tried = Files.list(deploy.resolve("acceptance/src/test/resources/helm-values"))) {
            return Stream.concat(
                            shipped.filter(file -> file.getFileName().toString().startsWith("values-")), tried)
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns what is wrong with the chart as it renders with its own values and with others, by itself and beside the code; empty
     * if nothing is.
     *
     * @param deploy the module's folder, for what the manifests have to agree with
     */
    public List<String> faults(Path deploy) throws IOException {
        List<String> faults = new ArrayList<>();
        try {
            faults.addAll(lint());
            faults.addAll(Manifests.faults(render(), deploy));
            for (Path values : values(deploy)) {
                for (String fault : Manifests.faults(render(values), deploy)) {
                    faults.add("with %s: %s".formatted(values.getFileName(), fault));
                }
            }
        } catch (IllegalStateException e) {
            faults.add("doesn't render: " + e.getMessage());
        }
        return faults;
    }

    /** Returns the manifests for Kustomize, in {@code deploy}, that differ from what the chart renders; empty if none does. */
    public List<String> disagreements(Path deploy) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> file : kustomized().entrySet()) {
            Path manifest = deploy.resolve("kubernetes").resolve(file.getKey());
            if (!Files.exists(manifest) || !Files.readString(manifest).equals(file.getValue())) {
                found.add(file.getKey() + " isn't what the chart renders");
            }
        }
        if (!KustomizedOverlay.isToBeHad()) {
            System.err.println("kubectl isn't there: overlays aren't compared with the chart");
            return found;
        }
        for (String name : OVERLAYS) {
            found.addAll(disagreements(deploy, name));
        }
        return found;
    }

    /** Returns the documents in which an overlay differs from what the chart renders with the values of that name. */
    List<String> disagreements(Path deploy, String overlay) throws IOException, InterruptedException {
        Map<String, JsonNode> built =
                new KustomizedOverlay(deploy.resolve("kubernetes/overlays").resolve(overlay)).documents();
        Map<String, JsonNode> rendered = KustomizedOverlay.byName(String.join(
                "---\n",
                render(folder.resolve("values-%s.yaml".formatted(overlay))).values()));
        Set<String> names = new TreeSet<>(built.keySet());
        names.addAll(rendered.keySet());
        names.removeIf(name -> Objects.equals(built.get(name), rendered.get(name)));
        return names.stream()
                .map(name -> "overlay %s: %s isn't what the chart renders".formatted(overlay, name))
                .toList();
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

    /** Renders the chart with some values, as Helm has them by {@code -f} and {@code --set}. */
    Map<String, String> render(List<Path> files, Map<String, Object> values) {
        TemplateCommand command = template();
        files.forEach(command::withValuesFile);
        values.forEach(command::set);
        return documents(command.call());
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
