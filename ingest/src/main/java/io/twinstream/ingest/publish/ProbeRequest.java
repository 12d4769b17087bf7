package io.twinstream.ingest.publish;

import io.twinstream.schemas.topic.Topics;
import java.util.List;
import java.util.UUID;

/**
 * Holds an image and the question that is asked about it. The ids follow the rule for ids; the image is checked when it is
 * sent.
 *
 * @param probeId the key of the verdict; a caller that sends a probe again gives the same id again, and each record that was
 *     acknowledged has a verdict
 * @param sourceId the camera, folder or caller that the image comes from
 * @param image the encoded image, with its sender's region if there is one
 */
public record ProbeRequest(String probeId, String sourceId, SentImage image, Task task) {
    public ProbeRequest {
        probeId = RequestIds.check("probe id", probeId);
        sourceId = RequestIds.check("source id", sourceId);
    }

    /** Makes a request on an image without a region. */
    public ProbeRequest(String probeId, String sourceId, byte[] image, Task task) {
        this(probeId, sourceId, new SentImage(image), task);
    }

    /** Makes a request with a random id. */
    public static ProbeRequest of(String sourceId, SentImage image, Task task) {
        return new ProbeRequest(UUID.randomUUID().toString(), sourceId, image, task);
    }

    /** Makes a request with a random id on an image without a region. */
    public static ProbeRequest of(String sourceId, byte[] image, Task task) {
        return of(sourceId, new SentImage(image), task);
    }

    /** This is the question that is asked about a probe's image. */
    public sealed interface Task {
        /** Returns the task as it stands in the Avro union. */
        Object record();

        /** Returns the images that the task itself carries, none or one. */
        default List<SentImage> images() {
            return List.of();
        }

        /** Returns the task with other images in the place of its own, as many as it has. */
        default Task with(List<SentImage> images) {
            return this;
        }

        /** Asks whether the probe shows the same as this encoded image. */
        record Pair(SentImage reference) implements Task {
            /** Makes the task of an image without a region. */
            public Pair(byte[] reference) {
                this(new SentImage(reference));
            }

            @Override
            public Object record() {
                return new io.twinstream.schemas.record.Pair(reference.content(), reference.region());
            }

            @Override
            public List<SentImage> images() {
                return List.of(reference);
            }

            @Override
            public Task with(List<SentImage> images) {
                return new Pair(images.get(0));
            }
        }

        /** Asks whether the probe shows this subject. */
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
         * Asks which subject the probe shows.
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
