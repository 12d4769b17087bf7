package io.twinstream.deploy.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what {@code kubectl kustomize} makes of an overlay with what the chart renders. They may differ in what each tool adds
 * of its own: the namespace, one label, the name of the config map, and the annotations by which pods start anew and Helm leaves
 * records alone.
 */
final class KustomizedOverlay {
    private final Path folder;

    KustomizedOverlay(Path folder) {
        this.folder = folder;
    }

    /** Returns whether {@code kubectl} is on the path. */
    static boolean isToBeHad() throws IOException, InterruptedException {
        try {
            return new ProcessBuilder("kubectl", "version", "--client")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the overlay's documents by kind and name, without what Kustomize adds. */
    Map<String, JsonNode> documents() throws IOException, InterruptedException {
        Process kubectl = new ProcessBuilder("kubectl", "kustomize", folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String built = new String(kubectl.getInputStream().readAllBytes(), UTF_8);
        if (kubectl.waitFor() != 0) {
            throw new IOException("kubectl kustomize " + folder + " has failed");
        }
        Map<String, JsonNode> documents = byName(built);
        documents.keySet().removeIf(name -> name.startsWith("Namespace "));
        return documents;
    }

    /** Returns the documents of a text by kind and name, without what Kustomize or the chart adds. */
    static Map<String, JsonNode> byName(String text) throws IOException {
        Map<String, JsonNode> documents = new TreeMap<>();
        // Kustomize ends the generated map's name with a hash of ten characters.
        String plain = text.replaceAll("name: twinstream-[0-9a-z]{10}\n", "name: twinstream\n");
        for (KubernetesManifest manifest : KubernetesManifest.read(Path.of("built.yaml"), plain)) {
            ObjectNode metadata = (ObjectNode) manifest.tree().path("metadata");
            metadata.remove("namespace");
            without(metadata, "labels", "app.kubernetes.io/part-of");
            without(metadata, "annotations", "helm.sh/resource-policy");
            if (manifest.tree().at("/spec/template/metadata") instanceof ObjectNode pod) {
                without(pod, "annotations", "checksum/settings");
            }
            documents.put(manifest.kind() + " " + manifest.name(), manifest.tree());
        }
        return documents;
    }

    private static void without(ObjectNode metadata, String map, String key) {
        if (metadata.path(map) instanceof ObjectNode object) {
            object.remove(key);
            if (object.isEmpty()) {
                metadata.remove(map);
            }
        }
    }
}
