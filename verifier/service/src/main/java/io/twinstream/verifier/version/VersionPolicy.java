package io.twinstream.verifier.version;

import io.twinstream.schemas.record.Precision;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What versions are held for.
 *
 * @param patience how long whoever asks for a version waits for it
 * @param live true where probes come in: versions are held before anybody asks, and what others have to mend, such as a
 *     version that isn't published, is waited for; false where stored probes are judged again: only what is asked for is
 *     held, with the gallery of all shards, and what is missing now is missing for good
 * @param precision at which versions are opened that have it, the others at fp32; null for what the settings say
 */
public record VersionPolicy(
        Duration patience, boolean live, @Nullable Precision precision) {
    private static final Duration AS_LONG_AS_IT_TAKES = Duration.ofDays(365);

    /** A verifier's: probes wait inside a transaction. */
    public static VersionPolicy verifying(Duration patience) {
        return new VersionPolicy(patience, true, null);
    }

    public static VersionPolicy replaying(@Nullable Precision precision) {
        return new VersionPolicy(AS_LONG_AS_IT_TAKES, false, precision);
    }
}
