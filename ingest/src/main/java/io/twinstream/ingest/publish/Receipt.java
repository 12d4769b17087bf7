package io.twinstream.ingest.publish;

import io.twinstream.ingest.image.Shrunk;
import java.util.Map;

/**
 * What the broker has acknowledged.
 *
 * @param id of the probe, reference or image
 * @param shrunk the pictures that were made smaller, by {@code image} or {@code reference}, what a pair is compared with
 */
public record Receipt(String id, Map<String, Shrunk> shrunk) {
    public Receipt {
        shrunk = Map.copyOf(shrunk);
    }
}
