package io.twinstream.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Holds the manifests of a folder with {@code base} and {@code overlays}. */
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
        manifests.all.forEach(each -> each.fault().ifPresent(faults::add));
        manifests.unnamed(faults);
        manifests.patchesOfNothing(faults);
        new PodFaults(manifests, deploy).find(faults);
        new SelectorFaults(manifests).find(faults);
        new KafkaFaults(manifests).find(faults);
        new RuleFaults(manifests, deploy).find(faults);
        return faults;
    }

    /** Returns the base's manifests of these kinds. */
    List<KubernetesManifest> base(String... kinds) {
        return all.stream()
                .filter(each -> isBase(each.file()) && List.of(kinds).contains(each.kind()))
                .toList();
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
        all.stream().filter(each -> isBase(each.file())).forEach(each -> there.add(each.kind() + " " + each.name()));
        all.stream()
                .filter(each -> !isBase(each.file()) && !each.kind().equals("Kustomization"))
                .filter(each -> !there.contains(each.kind() + " " + each.name()))
                .forEach(each -> faults.add(each + ": the base has none to be patched"));
    }
}
