package io.twinstream.ingest.publish;

import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.topic.ReferenceKey;
import org.jspecify.annotations.Nullable;

/**
 * Says which subject an image shows, and by whose word. Its ids follow the rule for ids.
 *
 * @param sourceId who took or drew the image; what the images of one source have in common must not be taken for a subject's
 *     features
 * @param probeId the probe whose verdict was confirmed or corrected; null when submitted
 */
public record Label(
        String subjectId,
        String sourceId,
        LabelOrigin origin,
        @Nullable String probeId) {
    public Label {
        subjectId = RequestIds.check("subject id", subjectId);
        sourceId = RequestIds.check("source id", sourceId);
    }

    /**
     * Returns the record's key on the topic: {@code /probeId} for a probe's image, so that the latest label of a probe
     * replaces earlier ones; {@code subjectId/imageId} for a submitted image, so that the same one sent twice is one.
     */
    String key(byte[] image) {
        return probeId == null ? ReferenceKey.ofImage(subjectId, image).name() : "/" + probeId;
    }

    /** Makes the label of an image that its sender has labelled. */
    public static Label submitted(String subjectId, String sourceId) {
        return new Label(subjectId, sourceId, LabelOrigin.SUBMITTED, null);
    }
}
