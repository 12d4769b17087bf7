package io.twinstream.ingest.publish;

import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.List;

/** What is asked of a probe's image. */
public sealed interface ProbeTask {
    /** The task as it stands in the Avro union. */
    Object record();

    /** The images that the task itself carries, none or one. */
    default List<byte[]> images() {
        return List.of();
    }

    /** The same task with other images: as many. */
    default ProbeTask with(List<byte[]> images) {
        return this;
    }

    /** Does the probe show the same as this encoded image? */
    record Pair(byte[] reference) implements ProbeTask {
        @Override
        public Object record() {
            return new io.twinstream.schemas.record.Pair(ByteBuffer.wrap(reference));
        }

        @Override
        public List<byte[]> images() {
            return List.of(reference);
        }

        @Override
        public ProbeTask with(List<byte[]> images) {
            return new Pair(images.get(0));
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
            if (candidates < 1 || candidates > Topics.MAX_CANDIDATES) {
                throw new InvalidRequestException(
                        "candidates must be 1 to %d, was %d".formatted(Topics.MAX_CANDIDATES, candidates));
            }
        }

        @Override
        public Object record() {
            return new io.twinstream.schemas.record.Identify(candidates);
        }
    }
}
