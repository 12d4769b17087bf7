package io.twinstream.ingest.http;

import io.javalin.http.ContentTooLargeResponse;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the images of a request, a raw body or a multipart form, into memory. Reads no further than the limit,
 * whatever length the request claims or hides.
 */
final class RequestImages {
    /** The part, or the whole raw body, that is the probe or the new reference. */
    static final String IMAGE = "image";

    /** The part that a pair's image is compared with. */
    static final String REFERENCE = "reference";

    /** What part headers and boundaries may take beside the images. */
    private static final int FORM_OVERHEAD_BYTES = 64 << 10;

    private static final String FORM = "multipart/form-data";
    private static final String FORM_LIMITS = "org.eclipse.jetty.multipartConfig";

    private final ImagePublisher publisher;
    private final ImageLimits limits;

    RequestImages(ImagePublisher publisher) {
        this.publisher = publisher;
        this.limits = publisher.limits();
    }

    static boolean isForm(HttpServletRequest request) {
        String type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    /** The one image of the request: its raw body, or the part {@code image}. */
    byte[] one(HttpServletRequest request) throws IOException, ImageRefusedException {
        return isForm(request) ? parts(request, List.of(IMAGE)).get(0) : body(request);
    }

    /** The images of a pair, the probe's first. */
    List<byte[]> pair(HttpServletRequest request) throws IOException, ImageRefusedException {
        if (!isForm(request)) {
            throw new InvalidRequestException(
                    "a pair has two images: send multipart/form-data with the parts image and reference");
        }
        return parts(request, List.of(IMAGE, REFERENCE));
    }

    private byte[] body(HttpServletRequest request) throws IOException, ImageRefusedException {
        if (request.getContentLengthLong() > limits.maxBytes()) {
            check(request.getContentLengthLong());
        }
        return atMostOneTooMany(request.getInputStream());
    }

    private List<byte[]> parts(HttpServletRequest request, List<String> names)
            throws IOException, ImageRefusedException {
        long most = (long) names.size() * limits.maxBytes() + FORM_OVERHEAD_BYTES;
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        // The last argument keeps every part in memory: images never reach the disk.
        int threshold = Math.toIntExact(most);
        request.setAttribute(FORM_LIMITS, new MultipartConfigElement("", most, most, threshold));
        Map<String, byte[]> images = new TreeMap<>();
        for (Part part : read(request, most)) {
            if (!names.contains(part.getName()) || images.containsKey(part.getName())) {
                throw new InvalidRequestException("the form must have the part%s %s, each once, and has '%s'"
                        .formatted(names.size() == 1 ? "" : "s", String.join(" and ", names), part.getName()));
            }
            images.put(part.getName(), atMostOneTooMany(part.getInputStream()));
        }
        if (images.size() < names.size()) {
            throw new InvalidRequestException("the form must have the part%s %s, and has %s"
                    .formatted(names.size() == 1 ? "" : "s", String.join(" and ", names), images.keySet()));
        }
        return names.stream().map(images::get).toList();
    }

    private Iterable<Part> read(HttpServletRequest request, long most) {
        try {
            return request.getParts();
        } catch (IOException | ServletException | IllegalStateException e) {
            if (isOverLength(e)) {
                throw tooLarge(most);
            }
            throw new InvalidRequestException("the form can't be read: " + e.getMessage());
        }
    }

    /** Jetty tells a form that is too long from one that is damaged by the text of a cause alone. */
    private static boolean isOverLength(@Nullable Throwable failure) {
        return failure != null
                && (String.valueOf(failure.getMessage()).startsWith("max length") || isOverLength(failure.getCause()));
    }

    private byte[] atMostOneTooMany(InputStream content) throws IOException, ImageRefusedException {
        byte[] image = content.readNBytes(limits.maxBytes() + 1);
        check(image.length);
        return image;
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
}
