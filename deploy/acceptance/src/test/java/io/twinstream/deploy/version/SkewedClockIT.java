package io.twinstream.deploy.version;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.version.BrokerTime;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.version.HeldVersions.VersionPolicy;
import io.twinstream.verifier.version.StateReports;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tries a verifier's versions where its clock is an hour off, and activations lie within that hour. */
class SkewedClockIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Time that is longer than a version is held that nobody wants. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);

    private static final ModelId SERVES = new ModelId("letters", "1");
    private static final ModelId NEXT = new ModelId("letters", "2");
    private static final ModelId LAST = new ModelId("letters", "3");

    @TempDir
    Path folder;

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(ints = {-60, 60})
    void whatServesByTheBrokersTimeIsHeldAndShownWhateverTheOwnClockSays(int minutesAhead) throws Exception {

        Settings settings = broker.prepare(
                "skewed" + minutesAhead,
                Map.of("models.cache.dir", folder.resolve("cache").toString()));
        Releases.publish(settings, "wide", SERVES);
        Releases.publish(settings, "compact", NEXT);
        Releases.publish(settings, "compact", LAST);
        Instant change = Releases.activate(settings, ModelSlot.SERVING, SERVES, Duration.ZERO);
        Releases.activate(settings, ModelSlot.SERVING, NEXT, Duration.ofMinutes(20));
        Releases.activate(settings, ModelSlot.SERVING, LAST, Duration.ofMinutes(40));
        BrokerTime time = new BrokerTime(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutesAhead)));
        try (ModelLog modelLog = ModelLog.of(Wired.clients(settings), Wired.topics(settings), new ServiceThreads());
                HeldVersions versions = new HeldVersions(
                        VersionSettings.of(settings, CommonSettings.of(settings)),
                        Wired.clients(settings),
                        Wired.topics(settings),
                        new ServiceThreads(),
                        modelLog,
                        time,
                        VersionPolicy.verifying(
                                VerifierSettings.of(settings).streams().versionWait()))) {
            modelLog.start();
            versions.start();
            try (StateReports reports = StateReports.start(
                    Wired.clients(settings),
                    Wired.topics(settings).modelStates(),
                    new ServiceThreads(),
                    "skewed",
                    "skewed:8081",
                    versions::status,
                    Clock.systemUTC(),
                    time::acknowledged)) {
                await().atMost(LIMIT)
                        .until(() -> Instant.now().isAfter(change)
                                && versions.ready()
                                && serving(versions).equals(Optional.of(SERVES)));

                await().during(LONG_ENOUGH)
                        .atMost(LIMIT)
                        .until(() -> versions.ready()
                                && serving(versions).equals(Optional.of(SERVES))
                                && versions.status().stream()
                                        .anyMatch(each ->
                                                each.id().equals(SERVES) && each.state() == VersionState.READY));
                assertEquals(SERVES, versions.status().get(0).id());
            }
        }
    }

    private static Optional<ModelId> serving(HeldVersions versions) {
        try (ModelLease lease = versions.servingNow().orElse(null)) {
            return Optional.ofNullable(lease)
                    .map(each -> ModelId.of(each.model().manifest()));
        }
    }
}
