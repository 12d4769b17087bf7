package io.twinstream.ingest.publish;

import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.nio.ByteBuffer;

/** What is asked of a probe's image. */
public sealed interface ProbeTask {
    int MAX_CANDIDATES = 100;

    /** The task as it stands in the Avro union. */
    Object record();

    /** Throws unless the images that the task itself carries may be sent. */
    default void check(ImageLimits limits) throws ImageRefusedException {}

    /** Does the probe show the same as this encoded image? */
    record Pair(byte[] reference) implements ProbeTask {
        @Override
        public Object record() {
            return new io.twinstream.schemas.record.Pair(ByteBuffer.wrap(reference));
        }

        @Override
        public void check(ImageLimits limits) throws ImageRefusedException {
            ImageHeader.of(reference, limits);
        }
    }

    /** Is the probe this subject? */
    record Claim(String subjectId) implements ProbeTask {
        public Claim {
            subjectId = RequestIds.check("subject id", subjectId);
        }

        @Override
        public Object record() {
            return new io.twinstream.schemas.record.Claim(subjectId);
        }
    }

    /**
     * Who is it?
     *
     * @param candidates how many of the best subjects to return, 1 to 100
     */
    record Identify(int candidates) implements ProbeTask {
        public Identify {
            if (candidates < 1 || candidates > MAX_CANDIDATES) {
                throw new InvalidRequestException(
                        "candidates must be 1 to %d, was %d".formatted(MAX_CANDIDATES, candidates));
            }
        }

        @Override
        public Object record() {
            return new io.twinstream.schemas.record.Identify(candidates);
        }
    }
}
