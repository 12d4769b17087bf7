package io.twinstream.deploy.version;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RunawayReleaseIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final ModelId RUNAWAY = new ModelId("runaway", "1");
    private static final ModelId GOOD = new ModelId("letters", "2");
    /** Time of a trial, much longer than a good release takes. */
    private static final Duration TRIAL = Duration.ofSeconds(25);

    @TempDir
    Path folder;

    @Test
    void aReleaseThatNeverEndsDelaysNeitherLaterOnesNorSwapsNorTheEndAndIsRefusedInTime() throws Exception {

        Settings settings = broker.prepare(
                "runaway",
                Map.of(
                        "verifier.http.port",
                        "0",
                        "models.trial.ms",
                        Long.toString(TRIAL.toMillis()),
                        "models.cache.dir",
                        folder.resolve("cache").toString()));
        VerifierService verifier = VerifierService.start(VerifierSettings.of(settings));
        try {
            await().atMost(LIMIT).until(verifier::ready);
            publishRunaway(settings, RUNAWAY);
            await().atMost(LIMIT)
                    .until(() -> state(settings, RUNAWAY)
                            .filter(each -> each.state() == VersionState.VALIDATING)
                            .isPresent());

            Releases.publish(settings, "wide", GOOD);
            await().atMost(LIMIT)
                    .until(() -> state(settings, GOOD)
                            .filter(each -> each.state() == VersionState.READY)
                            .isPresent());
            Instant change = Releases.activate(settings, ModelSlot.SERVING, GOOD, Duration.ZERO);
            await().atMost(LIMIT).until(() -> Instant.now().isAfter(change) && verifier.ready());
            assertEquals("letters", verifier.status().get("model"));
            assertEquals(
                    Optional.of(VersionState.VALIDATING),
                    state(settings, RUNAWAY).map(InstanceState::state),
                    "the good one was to be ready while the other is tried");

            await().atMost(LIMIT)
                    .until(() -> state(settings, RUNAWAY)
                            .filter(each -> each.state() == VersionState.REFUSED)
                            .isPresent());
            assertEquals(
                    Optional.of(
                            "the published package runaway/1 didn't stand its trial: its self-test took more than 25 s"),
                    state(settings, RUNAWAY).map(InstanceState::reason));
            assertTrue(verifier.ready());

            publishRunaway(settings, new ModelId("runaway", "2"));
            await().atMost(LIMIT).until(() -> trials() == 1);
        } finally {
            long begun = System.nanoTime();
            verifier.close();
            assertTrue(System.nanoTime() - begun < 20e9, "closing took too long");
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> trials() == 0);
    }

    private static void publishRunaway(Settings settings, ModelId id) throws Exception {
        Releases.publish(
                settings,
                Packages.altered(
                        id,
                        RunawayGraphs.turning(1_000_000_000_000L),
                        ShippedModel.read("").manifest().golden()));
    }

    private static Optional<InstanceState> state(Settings settings, ModelId id) {
        return Wired.states(settings).of(id).stream().findFirst();
    }

    /** Counts the trials of this verifier: no other has this time for one, half of which is the last argument. */
    private static long trials() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .map(each -> each.info().commandLine().orElse(""))
                .filter(each -> each.contains("TrialProcess")
                        && each.endsWith(" " + TRIAL.dividedBy(2).toMillis()))
                .count();
    }
}
