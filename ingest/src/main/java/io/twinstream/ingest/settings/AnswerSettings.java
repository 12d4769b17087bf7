package io.twinstream.ingest.settings;

import io.twinstream.schemas.settings.Settings;

/**
 * Bounds what is kept for those who ask what becomes of a probe.
 *
 * @param mostWaiting how many may wait at a time
 * @param maxBytes bytes of the latest results that are remembered
 */
public record AnswerSettings(int mostWaiting, long maxBytes) {
    /** Reads these settings. */
    public static AnswerSettings of(Settings settings) {
        return new AnswerSettings(
                settings.getInt(IngestSettings.WAITING_MAX), settings.getInt(IngestSettings.VERDICTS_MAX_BYTES));
    }
}
