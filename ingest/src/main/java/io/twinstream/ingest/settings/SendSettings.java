package io.twinstream.ingest.settings;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;

/**
 * Configures how images become records, for whoever sends them: ingest, and commands that send by themselves.
 *
 * @param largestRecord bytes of the largest record that may be sent
 * @param pendingMaxBytes bytes that may wait for the broker's acknowledgement
 * @param probeKey the key of a probe's record
 * @param ackTimeout the time after which a record that the broker has not acknowledged has failed
 */
public record SendSettings(
        ImageLimits images,
        int largestRecord,
        int pendingMaxBytes,
        Shrink shrink,
        ProbeKey probeKey,
        Duration ackTimeout) {
    /** Reads these settings. */
    public static SendSettings of(Settings settings, CommonSettings common) {
        return new SendSettings(
                new ImageLimits(common.imageMaxBytes(), common.imageMaxPixels(), common.imageMinSide()),
                common.largestRecord(),
                settings.getInt(IngestSettings.PENDING_MAX_BYTES),
                Shrink.of(settings.getString(IngestSettings.SHRINK)),
                ProbeKey.of(settings.getString(IngestSettings.PROBE_KEY)),
                settings.millis(IngestSettings.ACK_TIMEOUT_MS));
    }
}
