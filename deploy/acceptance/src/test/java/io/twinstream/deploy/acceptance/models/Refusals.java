package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.RawPublication;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.ControlFault;
import io.twinstream.verifier.control.EffectiveTime;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.settings.InferenceSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Publishes releases that an attacker or a broken disk could bring about, one after the other beside a steady load. Each is
 * refused with its reason on record and can't be activated, while the verifier stays ready and judges every probe once, by its
 * own model. A good release is taken after that as if nothing had been.
 */
public final class Refusals implements AcceptanceCheck {
    private static final Duration SETTLED = Duration.ofSeconds(2);
    private static final Duration MOST = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final ModelId OWN = new ModelId("compact", "1.2");
    private static final ModelId GOOD = new ModelId("letters", "good");

    @Override
    public Result run(Path images) throws Exception {
        try (Rig rig = new Rig();
                TemporaryFolder folder = TemporaryFolder.create("refusals")) {
            KeyPair trusted = Ed25519Keys.generate();
            Topics topics = rig.createTopics("refusals");
            Settings verifying = rig.settings(
                    "refusals",
                    ModelSettings.TRUSTED_KEYS,
                    pem(folder, "public.pem", trusted.getPublic()),
                    ModelSettings.CACHE_DIR,
                    folder.path().resolve("cache").toString());
            Settings publishing = rig.settings(
                    "refusals", ModelSettings.SIGNING_KEY, pem(folder, "private.pem", trusted.getPrivate()));
            Mix mix = new Mix(Images.read(images), 5);
            int enrolled = mix.enrol(rig, topics);
            try (VerifierService verifier = Rig.verifier(verifying, enrolled);
                    TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Load load = new Load(rig, topics, mix, answers);
                try (Background probing = new Background(load, verifier)) {
                    RawPublication raw = new RawPublication(publishing, trusted.getPrivate());
                    List<BadRelease> bad = BadRelease.all(Ed25519Keys.generate().getPrivate());
                    int refused = 0;
                    double slowest = 0;
                    for (BadRelease each : bad) {
                        raw.write(each.id(), each.archive(), each.chunks(), each.release());
                        long written = System.nanoTime();
                        Optional<InstanceState> state = state(verifying, each.id(), VersionState.REFUSED, MOST);
                        double seconds = (System.nanoTime() - written) / 1e9;
                        slowest = Math.max(slowest, seconds);
                        boolean asExpected = isRefused(each, state) && isKeptFromServing(verifying, each);
                        refused += asExpected ? 1 : 0;
                        System.err.printf(
                                "%s: %s after %.1f s: %s%n",
                                each.fault(),
                                asExpected ? "refused" : "NOT AS EXPECTED",
                                seconds,
                                state.map(InstanceState::reason).orElse("no refusal"));
                    }
                    boolean taken = takes(verifying, publishing);
                    probing.stop();
                    answers.await(load.sent().size(), LIMIT).linger(SETTLED);
                    Audit audit = audit(verifying, mix, load, answers);
                    String figures =
                            "%d of %d bad releases refused with their reasons and kept from serving, the slowest after %.1f s; %d probes, %d with a verdict, %d verdicts too many, %d dead letters; %d by another version than their time's, %d that this version with its gallery doesn't give; not ready at %d of %d looks; a good release afterwards was %s"
                                    .formatted(
                                            refused,
                                            bad.size(),
                                            slowest,
                                            load.sent().size(),
                                            answers.verdicts().size(),
                                            answers.duplicates(),
                                            answers.deadLetters().size(),
                                            audit.wrongVersion(),
                                            audit.wrongScore(),
                                            probing.unready(),
                                            probing.looks(),
                                            taken ? "taken" : "NOT TAKEN");
                    boolean once = answers.verdicts().size() == load.sent().size()
                            && answers.count() == load.sent().size();
                    return new Result(
                            refused == bad.size() && once && audit.isClean() && probing.unready() == 0 && taken,
                            figures);
                }
            }
        }
    }

    private static boolean isRefused(BadRelease bad, Optional<InstanceState> state) {
        return state.map(InstanceState::reason)
                .filter(reason -> reason.contains(bad.reason()))
                .filter(reason -> reason.lines().count() == 1)
                .isPresent();
    }

    /** Returns whether an activation without force is turned down, and says why. */
    private static boolean isKeptFromServing(Settings settings, BadRelease bad) {
        try {
            Wired.control(settings).activate(bad.id(), EffectiveTime.SOONEST, "a check", "acceptance", false);
            return false;
        } catch (ControlException e) {
            return e.fault() == ControlFault.CONFLICT && e.getMessage().contains(bad.reason());
        }
    }

    /** Returns whether a good release becomes ready, and serves. */
    private static boolean takes(Settings verifying, Settings publishing) throws Exception {
        Releases.publish(publishing, "wide", GOOD);
        if (state(verifying, GOOD, VersionState.READY, LIMIT).isEmpty()) {
            return false;
        }
        ActivationOutcome outcome =
                Wired.control(verifying).activate(GOOD, EffectiveTime.SOONEST, "a check", "acceptance", false);
        Instant until = outcome.activated().effectiveAt().plus(SETTLED);
        Thread.sleep(Math.max(0, Duration.between(Instant.now(), until).toMillis()));
        return outcome.notReady().isEmpty();
    }

    /** Returns what the verifier reports of a version once it is in this state; empty if it isn't in time. */
    private static Optional<InstanceState> state(Settings settings, ModelId id, VersionState wanted, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            Optional<InstanceState> state = Wired.states(settings).of(id).stream()
                    .filter(each -> each.state() == wanted)
                    .findFirst();
            if (state.isPresent()) {
                return state;
            }
        }
        return Optional.empty();
    }

    private static Audit audit(Settings settings, Mix mix, Load load, TopicAnswers answers) throws IOException {
        try (VersionJudgement own = new VersionJudgement(
                        ServingModel.open(ShippedModel.read(""), InferenceSettings.of(settings)), mix);
                VersionJudgement good = new VersionJudgement(
                        ServingModel.open(
                                PackageArchive.read(Releases.renamed("wide", GOOD), GOOD.toString()),
                                InferenceSettings.of(settings)),
                        mix)) {
            return Audit.of(Wired.timeline(settings), OWN, Map.of(OWN, own, GOOD, good), load, answers);
        }
    }

    private static String pem(TemporaryFolder folder, String name, Key key) throws IOException {
        return Files.writeString(folder.path().resolve(name), Ed25519Keys.pem(key))
                .toString();
    }
}
