package io.twinstream.ingest.publish;

import java.util.UUID;

/**
 * An image and what is asked of it. The ids follow the rule for ids; the image is checked when it is sent.
 *
 * @param probeId the key of the verdict: a caller that sends a probe again gives the id again
 * @param sourceId the camera, folder or caller; probes of one source keep their order
 * @param image encoded
 */
public record ProbeRequest(String probeId, String sourceId, byte[] image, ProbeTask task) {
    public ProbeRequest {
        probeId = RequestIds.check("probe id", probeId);
        sourceId = RequestIds.check("source id", sourceId);
    }

    /** A probe with a random id. */
    public static ProbeRequest of(String sourceId, byte[] image, ProbeTask task) {
        return new ProbeRequest(UUID.randomUUID().toString(), sourceId, image, task);
    }
}
