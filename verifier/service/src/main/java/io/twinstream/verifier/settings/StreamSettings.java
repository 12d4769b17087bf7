package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Stream settings say how a verifier's stream threads run.
 *
 * @param group the id that the ids of the verifier's applications begin with
 * @param groupProtocol the rebalance protocol, {@code classic} or {@code streams}
 * @param threads how many stream threads judge, at least one
 * @param lookAhead whether a probe is embedded together with those that are known to follow it
 * @param versionWait how long a probe waits inside a transaction for the version that has to judge it
 * @param guarantee the processing guarantee, as Kafka Streams names it
 * @param stateFolder the folder for files of Kafka Streams; empty for its default
 * @param largestRecord the largest size of a probe's record, in bytes
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
    /** Reads the settings. */
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
