package io.twinstream.schemas.modelpackage;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Records where a model comes from, so that it can be made again.
 *
 * @param trainedAt ISO-8601 instant
 * @param dataFingerprint the SHA-256 over the names and hashes of the images used
 * @param settings the trainer's settings by name
 */
public record TrainingRecord(String trainedAt, String dataFingerprint, long seed, Map<String, String> settings) {
    public TrainingRecord {
        Objects.requireNonNull(trainedAt, "a training record needs its instant");
        Objects.requireNonNull(dataFingerprint, "a training record needs the fingerprint of its data");
        Objects.requireNonNull(settings, "a training record needs its settings");
        settings = new TreeMap<>(settings);
    }
}
