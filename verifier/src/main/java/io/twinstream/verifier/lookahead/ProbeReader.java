package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.image.Undecodable;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A record's bytes to a probe and its pictures, or the reason why not. Whatever the bytes hold, it only says so: it never
 * throws. For one thread.
 */
final class ProbeReader {
    /** Subjects that one identification may ask for. */
    private static final int MAX_CANDIDATES = 100;

    /** A probe with its pictures, which hold until the next is read, or a rejection: exactly one of the two. */
    record Reading(
            @Nullable Probe probe,
            List<Picture> pictures,
            @Nullable RejectedProbe rejection) {
        Prepared prepared(List<float[]> embeddings, @Nullable UndecidedCause cause) {
            return rejection != null ? rejection : new EmbeddedProbe(requireNonNull(probe), embeddings, cause);
        }
    }

    private final RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
    /** One for each picture of a pair. */
    private final List<ImageDecoder> decoders;

    private final InputSpec input;

    ProbeReader(ImageLimits limits, InputSpec input) {
        this.decoders = List.of(ImageDecoder.overwriting(limits), ImageDecoder.overwriting(limits));
        this.input = input;
    }

    Reading read(byte @Nullable [] value) {
        if (value == null) {
            return rejected(DeadLetterHeaders.NOT_A_PROBE, "the record has no value");
        }
        try {
            Probe probe = serde.decode(value);
            String fault = fault(probe);
            return fault == null ? pictures(probe) : rejected(DeadLetterHeaders.BAD_REQUEST, fault);
        } catch (SerializationException e) {
            return rejected(DeadLetterHeaders.NOT_A_PROBE, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String fault(Probe probe) {
        Object task = probe.getTask();
        if (isNoId(probe.getProbeId()) || isNoId(probe.getSourceId())) {
            return "probeId and sourceId have 1 to %d characters, had %d and %d"
                    .formatted(
                            Topics.MAX_ID_LENGTH,
                            probe.getProbeId().length(),
                            probe.getSourceId().length());
        }
        if (task instanceof Identify identify
                && (identify.getCandidates() < 1 || identify.getCandidates() > MAX_CANDIDATES)) {
            return "candidates must be 1 to %d, was %d".formatted(MAX_CANDIDATES, identify.getCandidates());
        }
        if (task instanceof Claim claim && isNoId(claim.getSubjectId())) {
            return "the claimed subjectId has 1 to %d characters, had %d"
                    .formatted(Topics.MAX_ID_LENGTH, claim.getSubjectId().length());
        }
        return null;
    }

    private static boolean isNoId(String id) {
        return id.isEmpty() || id.length() > Topics.MAX_ID_LENGTH;
    }

    private Reading pictures(Probe probe) {
        List<ByteBuffer> encoded = new ArrayList<>(2);
        encoded.add(probe.getImage());
        if (probe.getTask() instanceof Pair pair) {
            encoded.add(pair.getImage());
        }
        List<Picture> pictures = new ArrayList<>(2);
        for (ByteBuffer image : encoded) {
            Decoded decoded = decoders.get(pictures.size()).decode(RecordSerde.content(image), input);
            if (decoded instanceof Undecodable undecodable) {
                return rejected(undecodable.fault().name(), undecodable.reason());
            }
            pictures.add((Picture) decoded);
        }
        return new Reading(probe, pictures, null);
    }

    private static Reading rejected(String reason, String message) {
        return new Reading(null, List.of(), new RejectedProbe(reason, message));
    }
}
