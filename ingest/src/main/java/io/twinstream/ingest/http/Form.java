package io.twinstream.ingest.http;

import io.twinstream.ingest.publish.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/** A form of the type {@code multipart/form-data} whose bytes are in memory: images never reach the disk. */
final class Form {
    private static final int MOST_PARTS = 100;

    private Form() {}

    /**
     * The content of the parts of these names, in their order.
     *
     * @param type of the content, with the boundary
     * @throws InvalidRequestException unless the form has just these parts, each once
     */
    static List<byte[]> images(byte[] form, String type, List<String> names) {
        Map<String, byte[]> images = new TreeMap<>();
        try (MultiPartFormData.Parts parts = parse(form, type)) {
            for (MultiPart.Part part : parts) {
                String name = String.valueOf(part.getName());
                if (!names.contains(name) || images.containsKey(name)) {
                    throw new InvalidRequestException("the form must have the part%s %s, each once, and has '%s'"
                            .formatted(names.size() == 1 ? "" : "s", String.join(" and ", names), name));
                }
                images.put(name, content(part));
            }
        }
        if (images.size() < names.size()) {
            throw new InvalidRequestException("the form must have the part%s %s, and has %s"
                    .formatted(names.size() == 1 ? "" : "s", String.join(" and ", names), images.keySet()));
        }
        return names.stream().map(images::get).toList();
    }

    private static MultiPartFormData.Parts parse(byte[] form, String type) {
        String boundary = MultiPart.extractBoundary(type);
        if (boundary == null || boundary.isEmpty()) {
            throw new InvalidRequestException("the form can't be read: its content type names no boundary");
        }
        MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
        // Without a bound on what stays in memory, nothing becomes a file.
        parser.setMaxMemoryFileSize(-1);
        parser.setUseFilesForPartsWithoutFileName(false);
        parser.setMaxParts(MOST_PARTS);
        CompletableFuture<MultiPartFormData.Parts> parsed = new CompletableFuture<>();
        parser.parse(
                Content.Source.from(ByteBuffer.wrap(form)),
                Promise.Invocable.from(Invocable.InvocationType.NON_BLOCKING, (parts, failure) -> {
                    if (failure == null) {
                        parsed.complete(parts);
                    } else {
                        parsed.completeExceptionally(failure);
                    }
                }));
        try {
            // All of it is there: this waits for nothing.
            return parsed.join();
        } catch (CompletionException e) {
            throw new InvalidRequestException(
                    "the form can't be read: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
    }

    private static byte[] content(MultiPart.Part part) {
        try (InputStream content = Content.Source.asInputStream(part.newContentSource(null, 0, -1))) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new InvalidRequestException("the form can't be read: " + e.getMessage());
        }
    }
}
