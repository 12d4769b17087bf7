package io.twinstream.ingest.publish;

import io.opentelemetry.api.trace.Span;
import io.twinstream.ingest.image.Pictures;
import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.settings.Shrink;
import io.twinstream.schemas.image.ImageRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Images that a record of its topic takes, made smaller where they have to be: the larger one of a pair first, both where they are
 * alike. For many threads.
 */
final class RecordFit {
    /** The names of a record's images, in their order. */
    private static final List<String> NAMES = List.of("image", "reference");

    private final Pictures pictures;
    private final TopicLimits limits;
    private final Shrink shrink;
    private final int largestRecord;

    /** @param largestRecord that the producer takes */
    RecordFit(Pictures pictures, TopicLimits limits, Shrink shrink, int largestRecord) {
        this.pictures = pictures;
        this.limits = limits;
        this.shrink = shrink;
        this.largestRecord = largestRecord;
    }

    /**
     * The images to be sent, each looked at.
     *
     * @throws ImageRefusedException if one is not to be sent
     * @throws PublishException if they don't fit, or no broker says what would
     * @throws Pictures.TooBusyException if too many are being decoded
     */
    Images of(Outgoing outgoing) throws ImageRefusedException {
        for (byte[] image : outgoing.images()) {
            pictures.header(image);
        }
        int beside = outgoing.besideImages();
        long bytes = beside + outgoing.imageBytes();
        int most = Math.min(largestRecord, limits.of(outgoing.topic(), bytes));
        if (bytes > most && shrink == Shrink.NEVER) {
            throw PublishException.tooLarge(
                    "the record would have %d bytes, the topic %s takes %d: send smaller pictures, or have ingest make them smaller by `ingest.shrink=fit`"
                            .formatted(bytes, outgoing.topic(), most));
        }
        List<byte[]> sent = new ArrayList<>();
        Map<String, Shrunk> shrunk = new TreeMap<>();
        long room = (long) most - beside;
        for (int i = 0; i < outgoing.images().size(); i++) {
            byte[] image = outgoing.images().get(i);
            int share = (int) Math.max(0, room(outgoing, i, room));
            if (image.length <= share) {
                outgoing.look().at(image);
                sent.add(image);
            } else {
                Pictures.Fitted fitted = pictures.fit(image, share).orElseThrow(() -> unfit(outgoing, most));
                sent.add(fitted.image());
                shrunk.put(NAMES.get(i), fitted.shrunk());
            }
        }
        return new Images(sent, shrunk);
    }

    /** Of two images each has half of the room, and what the other leaves of its half. */
    private static long room(Outgoing outgoing, int index, long room) {
        if (outgoing.images().size() == 1) {
            return room;
        }
        long other = outgoing.images().get(1 - index).length;
        return Math.max(room / 2, room - other);
    }

    private static PublishException unfit(Outgoing outgoing, int most) {
        return PublishException.tooLarge(
                "the topic %s takes records of %d bytes: the picture can't be made so small and still be judged; let the topic take more by `max.message.bytes`"
                        .formatted(outgoing.topic(), most));
    }

    /**
     * The images of a record.
     *
     * @param shrunk what was made smaller, by its name
     */
    record Images(List<byte[]> images, Map<String, Shrunk> shrunk) {}

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
}
