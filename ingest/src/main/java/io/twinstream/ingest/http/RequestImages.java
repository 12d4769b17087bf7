package io.twinstream.ingest.http;

import io.javalin.http.ContentTooLargeResponse;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.schemas.http.BodyRoom;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads the images of a request, a raw body or a multipart form, into memory. It reads no further than the limit, whatever
 * length the request claims or hides, and all requests together take no more than {@link BodyRoom} has.
 */
final class RequestImages {
    /** Names the part that is the probe or the new reference; a raw body is that image as a whole. */
    static final String IMAGE = "image";

    /** Names the part that a pair's image is compared with. */
    static final String REFERENCE = "reference";

    /** Bytes that the headers and boundaries of the parts may take beside the images. */
    private static final int FORM_OVERHEAD_BYTES = 64 << 10;

    private static final String FORM = "multipart/form-data";

    private final ImagePublisher publisher;
    private final ImageLimits limits;
    private final BodyRoom room;

    RequestImages(ImagePublisher publisher) {
        this.publisher = publisher;
        this.limits = publisher.limits();
        this.room = BodyRoom.forRequestsOf(2 * limits.maxBytes() + FORM_OVERHEAD_BYTES);
    }

    static boolean isForm(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    /** Reads the one image of the request: its raw body, or the part {@code image}. */
    HeldImages one(HttpServletRequest request) throws IOException, ImageRefusedException {
        return isForm(request) ? parts(request, List.of(IMAGE)) : body(request);
    }

    /** Reads the two images of a pair, the probe's first. */
    HeldImages pair(HttpServletRequest request) throws IOException, ImageRefusedException {
        if (!isForm(request)) {
            throw new InvalidRequestException(
                    "a pair has two images: send multipart/form-data with the parts image and reference");
        }
        return parts(request, List.of(IMAGE, REFERENCE));
    }

    private HeldImages body(HttpServletRequest request) throws IOException, ImageRefusedException {
        if (request.getContentLengthLong() > limits.maxBytes()) {
            check(request.getContentLengthLong());
        }
        BodyRoom.Body body = room.read(request, limits.maxBytes());
        HeldImages held = new HeldImages(body, List.of(body.bytes()));
        try {
            check(body.bytes().length);
            return held;
        } catch (ImageRefusedException e) {
            held.close();
            throw e;
        }
    }

    private HeldImages parts(HttpServletRequest request, List<String> names) throws IOException, ImageRefusedException {
        int most = Math.toIntExact((long) names.size() * limits.maxBytes() + FORM_OVERHEAD_BYTES);
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        BodyRoom.Body body = room.read(request, most);
        try {
            if (body.bytes().length > most) {
                throw tooLarge(most);
            }
            List<byte[]> images = Form.images(body.bytes(), String.valueOf(request.getContentType()), names);
            for (byte[] image : images) {
                check(image.length);
            }
            return new HeldImages(body, images);
        } catch (ImageRefusedException | RuntimeException e) {
            body.close();
            throw e;
        }
    }

    private void check(long bytes) throws ImageRefusedException {
        try {
            limits.checkBytes(bytes);
        } catch (ImageRefusedException e) {
            publisher.refused(e.fault());
            throw e;
        }
    }

    private ContentTooLargeResponse tooLarge(long most) {
        publisher.refused(ImageFault.TOO_MANY_BYTES);
        return new ContentTooLargeResponse("the form has too many bytes, at most %d are taken".formatted(most));
    }

    /** Holds the images of a request, whose room is taken until this is closed. */
    record HeldImages(BodyRoom.Body body, List<byte[]> images) implements AutoCloseable {
        byte[] image() {
            return images.get(0);
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /** Parses a form of the type {@code multipart/form-data} in memory, so that images never reach the disk. */
    private static final class Form {
        private static final int MOST_PARTS = 100;

        private Form() {}

        /**
         * Returns the content of the parts with these names, in the order of the names.
         *
         * @param type the form's content type, which names the boundary
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
                // The whole form is in memory, so this doesn't wait.
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
}
