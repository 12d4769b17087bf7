package io.twinstream.ingest.publish;

import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.topic.ReferenceKey;
import org.jspecify.annotations.Nullable;

/**
 * Whom an image shows, by whose word. The ids follow the rule for ids.
 *
 * @param sourceId who took or drew the image: what images of one source have in common is not what a subject is known by
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
     * The record's key on the topic: {@code /probeId}, so that the latest label of a probe replaces those before; of a
     * submitted image {@code subjectId/imageId}, so that the same one sent twice is one.
     */
    String key(byte[] image) {
        return probeId == null ? ReferenceKey.ofImage(subjectId, image).name() : "/" + probeId;
    }

    /** The label of an image that comes with it. */
    public static Label submitted(String subjectId, String sourceId) {
        return new Label(subjectId, sourceId, LabelOrigin.SUBMITTED, null);
    }
}
