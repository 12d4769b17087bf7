package io.twinstream.ingest.publish;

import io.twinstream.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/**
 * An image and what is asked of it. The ids follow the rule for ids; the image is checked when it is sent.
 *
 * @param probeId the key of the verdict: a caller that sends a probe again gives the id again
 * @param sourceId the camera, folder or caller; probes of one source keep their order
 * @param image encoded
 */
public record ProbeRequest(String probeId, String sourceId, byte[] image, Task task) {
    public ProbeRequest {
        probeId = RequestIds.check("probe id", probeId);
        sourceId = RequestIds.check("source id", sourceId);
    }

    /** A probe with a random id. */
    public static ProbeRequest of(String sourceId, byte[] image, Task task) {
        return new ProbeRequest(UUID.randomUUID().toString(), sourceId, image, task);
    }

    /** What is asked of a probe's image. */
    public sealed interface Task {
        /** The task as it stands in the Avro union. */
        Object record();

        /** The images that the task itself carries, none or one. */
        default List<byte[]> images() {
            return List.of();
        }

        /** The same task with as many other images. */
        default Task with(List<byte[]> images) {
            return this;
        }

        /** Does the probe show the same as this encoded image? */
        record Pair(byte[] reference) implements Task {
            @Override
            public Object record() {
                return new io.twinstream.schemas.record.Pair(ByteBuffer.wrap(reference));
            }

            @Override
            public List<byte[]> images() {
                return List.of(reference);
            }

            @Override
            public Task with(List<byte[]> images) {
                return new Pair(images.get(0));
            }
        }

        /** Is the probe this subject? */
        record Claim(String subjectId) implements Task {
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
        record Identify(int candidates) implements Task {
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
}
