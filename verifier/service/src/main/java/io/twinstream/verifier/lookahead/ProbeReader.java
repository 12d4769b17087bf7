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
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.locate.RegionCut;
import io.twinstream.verifier.lookahead.PreparedProbe.EmbeddedRegion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A probe reader turns a record's bytes into a probe and its pictures, or into a rejection with the reason. It never
 * throws, whatever the bytes hold. For one thread.
 */
final class ProbeReader {
    /**
     * A read probe is either a probe with its pictures, which are valid until the next record is read, or a rejection.
     */
    record ReadProbe(@Nullable Probe probe, List<Picture> pictures, PreparedProbe.@Nullable Rejected rejection) {
        PreparedProbe prepared(List<float[]> embeddings, @Nullable UndecidedCause cause, List<EmbeddedRegion> regions) {
            return rejection != null
                    ? rejection
                    : new PreparedProbe.Embedded(requireNonNull(probe), embeddings, cause, regions);
        }

        /** Adds the pictures to a batch, each with the region that came with it. */
        void addTo(EmbedBatch batch) {
            for (int i = 0; i < pictures.size(); i++) {
                Region given = given(requireNonNull(probe), i);
                if (given != null) {
                    batch.add(pictures.get(i), io.twinstream.verifier.locate.Region.of(given));
                } else if (i == 0) {
                    batch.add(pictures.get(i));
                } else {
                    batch.addLargest(pictures.get(i));
                }
            }
        }
    }

    private final RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
    /** Holds one decoder for each picture of a pair. */
    private final List<ImageDecoder> decoders;

    private final InputSpec input;
    private final boolean whole;
    private final RegionCut cut;

    /**
     * Creates a reader.
     *
     * @param whole whether something is to be found in the pictures, so that they are never decoded at a fraction
     * @param cut cuts what comes with a region
     */
    ProbeReader(ImageLimits limits, InputSpec input, boolean whole, RegionCut cut) {
        this.whole = whole;
        this.cut = cut;
        this.decoders = List.of(ImageDecoder.overwriting(limits), ImageDecoder.overwriting(limits));
        this.input = input;
    }

    ReadProbe read(byte @Nullable [] value) {
        if (value == null) {
            return rejected(DeadLetterHeaders.NOT_A_PROBE, "the record has no value");
        }
        try {
            Probe probe = composed(serde.decode(value));
            requireCandidates(probe.getTask());
            return pictures(probe);
        } catch (SerializationException e) {
            return rejected(DeadLetterHeaders.NOT_A_PROBE, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return rejected(DeadLetterHeaders.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns the probe with those ids composed (Unicode NFC) that are compared with others. Its own id stays in the form in
     * which it came, since that is the key under which its sender looks for the verdict.
     *
     * @throws IllegalArgumentException with one line, if an id breaks the rule for ids
     */
    private static Probe composed(Probe probe) {
        String unused = Ids.require("probeId", probe.getProbeId());
        String source = Ids.require("sourceId", probe.getSourceId());
        Object task = probe.getTask();
        if (task instanceof Claim claim) {
            String subject = Ids.require("claimed subjectId", claim.getSubjectId());
            task = subject.equals(claim.getSubjectId()) ? claim : new Claim(subject);
        }
        return task == probe.getTask() && source.equals(probe.getSourceId())
                ? probe
                : new Probe(
                        probe.getProbeId(), source, probe.getSubmittedAt(), probe.getImage(), task, probe.getRegion());
    }

    private static void requireCandidates(Object task) {
        if (task instanceof Identify identify
                && (identify.getCandidates() < 1 || identify.getCandidates() > Topics.MAX_CANDIDATES)) {
            throw new IllegalArgumentException(
                    "candidates must be 1 to %d, was %d".formatted(Topics.MAX_CANDIDATES, identify.getCandidates()));
        }
    }

    private ReadProbe pictures(Probe probe) {
        List<ByteBuffer> encoded = new ArrayList<>(2);
        encoded.add(probe.getImage());
        if (probe.getTask() instanceof Pair pair) {
            encoded.add(pair.getImage());
        }
        List<Picture> pictures = new ArrayList<>(2);
        for (ByteBuffer image : encoded) {
            ImageDecoder decoder = decoders.get(pictures.size());
            Region given = given(probe, pictures.size());
            byte[] content = RecordSerde.content(image);
            // A region is in the picture's own pixels.
            Decoded decoded =
                    whole || given != null ? decoder.decode(content, input.channels()) : decoder.decode(content, input);
            if (decoded instanceof Undecodable undecodable) {
                return rejected(undecodable.fault().name(), undecodable.reason());
            }
            String fault = given == null ? null : cut.fault((Picture) decoded, given);
            if (fault != null) {
                return rejected(
                        DeadLetterHeaders.BAD_REQUEST, pictures.isEmpty() ? fault : "of the second picture, " + fault);
            }
            pictures.add((Picture) decoded);
        }
        return new ReadProbe(probe, pictures, null);
    }

    /** Returns the region that came with one of the pictures, or null if none did. */
    private static @Nullable Region given(Probe probe, int picture) {
        return picture == 0 ? probe.getRegion() : ((Pair) probe.getTask()).getRegion();
    }

    private static ReadProbe rejected(String reason, String message) {
        return new ReadProbe(null, List.of(), new PreparedProbe.Rejected(reason, message));
    }
}
