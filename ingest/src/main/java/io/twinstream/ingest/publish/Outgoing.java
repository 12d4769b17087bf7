package io.twinstream.ingest.publish;

import io.opentelemetry.api.trace.Span;
import io.twinstream.schemas.image.ImageRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A record whose images may still have to be made smaller.
 *
 * @param id for its sender
 * @param images as they came
 * @param encoding gives the record's value with as many images
 * @param look refuses an image that isn't to be sent
 * @param attributes adds to the span of the sending
 */
record Outgoing(
        String topic,
        String key,
        String id,
        List<byte[]> images,
        Function<List<byte[]>, byte[]> encoding,
        Look look,
        UnaryOperator<Span> attributes) {
    /** What a record's batch, headers of traces and of what was made smaller, and lengths of images take at most. */
    private static final int BESIDE_BYTES = 2 << 10;

    /** Looks at an image before it is sent. */
    interface Look {
        void at(byte[] image) throws ImageRefusedException;
    }

    /** Bytes of the images. */
    long imageBytes() {
        return images.stream().mapToLong(image -> image.length).sum();
    }

    /** Bytes that the record takes on its topic beside the images, at most. */
    int besideImages() {
        List<byte[]> none = images.stream().map(image -> new byte[0]).toList();
        return BESIDE_BYTES + key.getBytes(StandardCharsets.UTF_8).length + encoding.apply(none).length;
    }
}
