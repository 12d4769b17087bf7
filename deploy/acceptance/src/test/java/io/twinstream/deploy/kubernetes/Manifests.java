package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Holds the manifests of a folder with {@code base} and {@code overlays}, or those that a chart renders. */
public final class Manifests {
    private static final String KUSTOMIZATION = "kustomization.yaml";

    private final Path folder;
    private final List<KubernetesManifest> all = new ArrayList<>();

    private Manifests(Path folder) {
        this.folder = folder;
    }

    static Manifests read(Path folder) throws IOException {
        Manifests manifests = new Manifests(folder);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                manifests.all.addAll(KubernetesManifest.read(file));
            }
        }
        return manifests;
    }

    /**
     * Returns what is wrong with the manifests, by themselves and beside the code; empty if nothing is.
     *
     * @param deploy the module's folder, for what the manifests have to agree with
     */
    public static List<String> faults(Path folder, Path deploy) throws IOException {
        Manifests manifests = read(folder);
        List<String> faults = new ArrayList<>();
        manifests.unnamed(faults);
        manifests.patchesOfNothing(faults);
        manifests.find(deploy, faults);
        return faults;
    }

    /**
     * Returns what is wrong with a chart as it renders with some values; empty if nothing is.
     *
     * @param rendered what each template renders, by the template's file name
     * @param deploy the module's folder, for what the manifests have to agree with
     */
    public static List<String> faults(Map<String, String> rendered, Path deploy) throws IOException {
        Manifests manifests = new Manifests(Path.of(""));
        for (Map.Entry<String, String> template : rendered.entrySet()) {
            manifests.all.addAll(KubernetesManifest.read(Path.of("base", template.getKey()), template.getValue()));
        }
        List<String> faults = new ArrayList<>();
        manifests.find(deploy, faults);
        return faults;
    }

    private void find(Path deploy, List<String> faults) throws IOException {
        all.forEach(each -> each.fault().ifPresent(faults::add));
        new PodFaults(this, deploy).find(faults);
        new SelectorFaults(this).find(faults);
        new KafkaFaults(this).find(faults);
        new RuleFaults(this, deploy).find(faults);
    }

    /** Returns the variables of each config map, whether it lies there or Kustomize generates it. */
    Map<String, Map<String, String>> configMaps() {
        Map<String, Map<String, String>> maps = new HashMap<>();
        for (KubernetesManifest kustomization : base("Kustomization")) {
            for (JsonNode map : kustomization.tree().path("configMapGenerator")) {
                Map<String, String> values = new HashMap<>();
                each(map.path("literals"))
                        .map(literal -> literal.asText().split("=", 2))
                        .forEach(parts -> values.put(parts[0], parts[1]));
                maps.put(map.path("name").asText(), values);
            }
        }
        for (KubernetesManifest map : base("ConfigMap")) {
            Map<String, String> values = new HashMap<>();
            map.tree()
                    .path("data")
                    .propertyStream()
                    .forEach(
                            entry -> values.put(entry.getKey(), entry.getValue().asText()));
            maps.put(map.name(), values);
        }
        return maps;
    }

    /** Returns the base's manifests of these kinds. */
    List<KubernetesManifest> base(String... kinds) {
        return all.stream()
                .filter(each -> isBase(each.file()) && List.of(kinds).contains(each.kind()))
                .toList();
    }

    /** Returns the manifests of a kind, overlays included. */
    List<KubernetesManifest> all(String kind) {
        return all.stream().filter(each -> each.kind().equals(kind)).toList();
    }

    /** Returns all manifests, overlays included. */
    List<KubernetesManifest> all() {
        return all;
    }

    /** Returns what runs pods, of base and overlays. */
    List<KubernetesManifest> workloads() {
        return all.stream()
                .filter(each -> Set.of("Deployment", "StatefulSet").contains(each.kind()))
                .toList();
    }

    boolean isBase(Path file) {
        return file.startsWith(folder.resolve("base"));
    }

    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Adds files that no kustomization names, and names of no file. */
    private void unnamed(List<String> faults) throws IOException {
        Set<Path> named = new HashSet<>();
        for (KubernetesManifest manifest : all) {
            if (manifest.kind().equals("Kustomization")) {
                named.add(manifest.file());
                Stream.concat(
                                each(manifest.tree().path("resources")).map(JsonNode::asText),
                                each(manifest.tree().path("patches"))
                                        .map(patch -> patch.path("path").asText())
                                        .filter(path -> !path.isEmpty()))
                        .map(name -> manifest.file().resolveSibling(name).normalize())
                        .map(path -> Files.isDirectory(path) ? path.resolve(KUSTOMIZATION) : path)
                        .peek(path -> {
                            if (!Files.exists(path)) {
                                faults.add("%s names %s, which isn't there".formatted(manifest, path.getFileName()));
                            }
                        })
                        .forEach(named::add);
            }
        }
        all.stream()
                .map(KubernetesManifest::file)
                .distinct()
                .filter(file -> !named.contains(file))
                .forEach(file -> faults.add("%s: no kustomization names it".formatted(file.getFileName())));
    }

    private void patchesOfNothing(List<String> faults) {
        Set<String> there = new HashSet<>();
        Set<Path> resources = new HashSet<>();
        all.stream()
                .filter(each -> each.kind().equals("Kustomization"))
                .forEach(each -> each(each.tree().path("resources"))
                        .map(name -> each.file().resolveSibling(name.asText()))
                        .forEach(resources::add));
        all.stream().filter(each -> isBase(each.file())).forEach(each -> there.add(each.kind() + " " + each.name()));
        all.stream()
                .filter(each -> !isBase(each.file()) && !each.kind().equals("Kustomization"))
                .filter(each -> !resources.contains(each.file()))
                .filter(each -> !there.contains(each.kind() + " " + each.name()))
                .forEach(each -> faults.add(each + ": the base has none to be patched"));
    }
}
