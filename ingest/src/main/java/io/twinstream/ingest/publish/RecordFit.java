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
 * Fits images into a record that its topic takes, and makes them smaller where they have to be. Of a pair the larger image is
 * made smaller first, and both where they are alike. For many threads.
 */
final class RecordFit {
    /** The names of a record's images, in their order. */
    private static final List<String> NAMES = List.of("image", "reference");

    private final Pictures pictures;
    private final TopicLimits limits;
    private final Shrink shrink;
    private final int largestRecord;

    /** @param largestRecord bytes of the largest record that the producer takes */
    RecordFit(Pictures pictures, TopicLimits limits, Shrink shrink, int largestRecord) {
        this.pictures = pictures;
        this.limits = limits;
        this.shrink = shrink;
        this.largestRecord = largestRecord;
    }

    /**
     * Returns the images to be sent, each of which has been looked at. The region of an image that is made smaller shrinks with
     * it.
     *
     * @throws ImageRefusedException if an image must not be sent
     * @throws InvalidRequestException if a region has no pixel of its image
     * @throws PublishException if they don't fit, or no broker says what would
     * @throws Pictures.TooBusyException if too many pictures are being decoded
     */
    Images of(Outgoing outgoing) throws ImageRefusedException {
        for (SentImage image : outgoing.images()) {
            image.check(pictures.header(image.bytes()));
        }
        int beside = outgoing.besideImages();
        long bytes = beside + outgoing.imageBytes();
        int most = Math.min(largestRecord, limits.of(outgoing.topic(), bytes));
        if (bytes > most && shrink == Shrink.NEVER) {
            throw PublishException.tooLarge(
                    "the record would have %d bytes, the topic %s takes %d: send smaller pictures, or have ingest make them smaller by `ingest.shrink=fit`"
                            .formatted(bytes, outgoing.topic(), most));
        }
        List<SentImage> sent = new ArrayList<>();
        Map<String, Shrunk> shrunk = new TreeMap<>();
        long room = (long) most - beside;
        for (int i = 0; i < outgoing.images().size(); i++) {
            SentImage image = outgoing.images().get(i);
            int share = (int) Math.max(0, room(outgoing, i, room));
            if (image.length() <= share) {
                outgoing.look().at(image.bytes());
                sent.add(image);
            } else {
                Pictures.Fitted fitted = pictures.fit(image.bytes(), share).orElseThrow(() -> unfit(outgoing, most));
                SentImage smaller = image.with(fitted.image(), fitted.shrunk());
                smaller.check(pictures.header(smaller.bytes()));
                sent.add(smaller);
                shrunk.put(NAMES.get(i), fitted.shrunk());
            }
        }
        return new Images(sent, shrunk);
    }

    /**
     * Returns the bytes that one image may take: all of the room if it is alone, else half of it and what the other image
     * leaves of its half.
     */
    private static long room(Outgoing outgoing, int index, long room) {
        if (outgoing.images().size() == 1) {
            return room;
        }
        long other = outgoing.images().get(1 - index).length();
        return Math.max(room / 2, room - other);
    }

    private static PublishException unfit(Outgoing outgoing, int most) {
        return PublishException.tooLarge(
                "the topic %s takes records of %d bytes: the picture can't be made so small and still be judged; let the topic take more by `max.message.bytes`"
                        .formatted(outgoing.topic(), most));
    }

    /**
     * Holds the images that go into a record.
     *
     * @param shrunk the images that were made smaller, by their names
     */
    record Images(List<SentImage> images, Map<String, Shrunk> shrunk) {}

    /**
     * This is a record that is to be sent, whose images may still have to be made smaller.
     *
     * @param id the id that its sender gets back
     * @param images the encoded images as they came
     * @param encoding encodes the record's value with as many images
     * @param look refuses an image that must not be sent
     * @param attributes adds to the span of the sending
     */
    record Outgoing(
            String topic,
            String key,
            String id,
            List<SentImage> images,
            Function<List<SentImage>, byte[]> encoding,
            Look look,
            UnaryOperator<Span> attributes) {
        /**
         * Bytes that a record takes at most for its batch, the headers of traces and of shrunk pictures, and the lengths of
         * images.
         */
        private static final int BESIDE_BYTES = 2 << 10;

        /** Looks at an image before it is sent. */
        interface Look {
            void at(byte[] image) throws ImageRefusedException;
        }

        /** Returns the bytes of all images together. */
        long imageBytes() {
            return images.stream().mapToLong(SentImage::length).sum();
        }

        /** Returns the bytes that the record takes on its topic beside the images, at most. */
        int besideImages() {
            List<SentImage> none = images.stream().map(SentImage::withoutBytes).toList();
            return BESIDE_BYTES + key.getBytes(StandardCharsets.UTF_8).length + encoding.apply(none).length;
        }
    }
}
