package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a verifier's stream threads run.
 *
 * @param group id that the ids of its applications begin with
 * @param groupProtocol {@code classic} or {@code streams}
 * @param threads that judge, at least one
 * @param lookAhead whether a probe is embedded together with those that are known to follow it
 * @param versionWait for which a probe waits inside a transaction for the version that has to judge it
 * @param guarantee as Kafka Streams names it
 * @param stateFolder for files of Kafka Streams; empty for its default
 * @param largestRecord that a probe may be, in bytes
 */
public record StreamSettings(
        String group,
        String groupProtocol,
        int threads,
        Profile profile,
        boolean lookAhead,
        Duration versionWait,
        String guarantee,
        Optional<Path> stateFolder,
        int largestRecord) {
    /** Reads them. */
    public static StreamSettings of(Settings settings, CommonSettings common) {
        int threads = settings.getInt(VerifierSettings.THREADS);
        return new StreamSettings(
                settings.getString(VerifierSettings.GROUP),
                settings.getString(VerifierSettings.GROUP_PROTOCOL),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                Profile.of(settings.getString(VerifierSettings.PROFILE)),
                settings.getBoolean(VerifierSettings.LOOK_AHEAD),
                settings.millis(VerifierSettings.VERSION_WAIT),
                settings.getString(VerifierSettings.GUARANTEE),
                settings.path(VerifierSettings.STATE_DIR),
                common.largestRecord());
    }
}
