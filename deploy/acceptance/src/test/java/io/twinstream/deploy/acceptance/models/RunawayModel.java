package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.AlteredPackage;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.ProcessMemory;
import io.twinstream.deploy.acceptance.rig.RawPublication;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.acceptance.rig.Verifiers;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.version.RunawayGraphs;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.control.ActivationOutcome;
import io.twinstream.verifier.control.EffectiveTime;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.settings.VerifierSettings;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;

/**
 * Publishes releases whose models take all the time or memory that they get, one after the other beside a steady load. Each is
 * refused within two minutes with its reason on record. Meanwhile a good release becomes ready, versions are swapped and rolled
 * back as they are without it, and every probe is judged once, by the version of its time. A model that stands still on some
 * pictures serves for a while: those become dead letters, and their neighbours are judged. The verifier's memory is what it
 * was, and it ends on SIGTERM while a model hangs.
 */
public final class RunawayModel implements AcceptanceCheck {
    private static final Duration MOST = Duration.ofMinutes(2);
    private static final Duration STOP = Duration.ofSeconds(25);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SETTLED = Duration.ofSeconds(4);
    private static final double READY_SECONDS_MORE = 5;
    private static final double SWAP_SECONDS_MORE = 1;
    private static final double MB_MORE = 100;
    private static final double PROBES_PER_SECOND = 20;
    private static final int EMPTY_SHEETS = 3;
    private static final int SHEET = 105;
    private static final int MS = 1_000;
    private static final String PREFIX = "runaway";
    private static final ModelId OWN = new ModelId("compact", "1.2");

    /** Holds a release that runs away, and what the reason for its refusal has to hold. */
    private record Runaway(String what, byte[] archive, String reason) {
        private static final ModelId ID = new ModelId("runaway", "1");

        static List<Runaway> all() throws IOException {
            List<GoldenVector> golden = ShippedModel.read("").manifest().golden();
            List<GoldenVector> many = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                many.add(golden.get(i % golden.size()));
            }
            List<GoldenVector> poison =
                    List.of(new GoldenVector(zeroChunk(), golden.get(0).embedding()));
            return List.of(
                    new Runaway(
                            "a loop of 10^12 turns",
                            of(RunawayGraphs.turning(1_000_000_000_000L), golden),
                            "took more than"),
                    new Runaway(
                            "loops in loops", of(RunawayGraphs.nested(1_000_000, 1_000_000), golden), "took more than"),
                    new Runaway(
                            "a self-test of an hour",
                            of(RunawayGraphs.turning(25_000_000), many),
                            "its self-test took more than"),
                    new Runaway("100 GB of constants", of(RunawayGraphs.constants(100), golden), "of memory"),
                    new Runaway("a run that hoards memory", of(RunawayGraphs.hoarding(), golden), "of memory"),
                    new Runaway(
                            "a golden image of poison",
                            of(RunawayGraphs.turning(1), poison),
                            "golden (image|embedding)"));
        }

        private static byte[] of(byte[] embedder, List<GoldenVector> golden) throws IOException {
            return Packages.altered(ID, embedder, golden);
        }
    }

    /**
     * Holds what a verifier has to do in its usual time: the seconds until a release is ready, and the swaps that probes wait
     * for.
     */
    private record Usual(double readySeconds, List<Instant> swaps) {}

    @Override
    public Result run(Path images) throws Exception {
        try (Rig rig = new Rig();
                TemporaryFolder folder = TemporaryFolder.create("runaway-model")) {
            Topics topics = rig.createTopics(PREFIX);
            Settings settings = rig.settings(
                    PREFIX,
                    ModelSettings.CACHE_DIR,
                    folder.path().resolve("cache").toString());
            Mix mix = new Mix(Images.read(images), 5);
            mix.enrol(rig, topics);
            try (Verifiers verifiers = new Verifiers(rig, PREFIX)) {
                Process verifier = verifiers.start(
                        ModelSettings.CACHE_DIR + "=" + folder.path().resolve("verifier-cache"));
                await(settings, OWN, VersionState.READY, LIMIT);
                Trial trial = new Trial(rig, topics, settings, mix, verifier, folder.path());
                Result judged = trial.run();
                double hanging = trial.stopWhileATrialHangs();
                double starting = trial.stopWhileItsOwnModelHangs(verifiers);
                boolean stops = hanging <= STOP.toSeconds() && starting <= STOP.toSeconds() && trial.left() == 0;
                return new Result(
                        judged.kept() && stops,
                        "%s; ended %.1f s after SIGTERM while a trial ran and %.1f s while the own model hung, %d processes left"
                                .formatted(judged.figures(), hanging, starting, trial.left()));
            }
        }
    }

    /** Runs the check on one verifier. */
    private static final class Trial {
        private final Rig rig;
        private final Topics topics;
        private final Settings settings;
        private final Mix mix;
        private final Process verifier;
        private final Path folder;
        private final ModelControl control;
        private final PrivateKey key = Ed25519Keys.generate().getPrivate();
        private final List<ProcessHandle> children = new ArrayList<>();
        private int good;

        Trial(Rig rig, Topics topics, Settings settings, Mix mix, Process verifier, Path folder) {
            this.rig = rig;
            this.topics = topics;
            this.settings = settings;
            this.mix = mix;
            this.verifier = verifier;
            this.folder = folder;
            this.control = Wired.control(settings);
        }

        Result run() throws Exception {
            try (TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
                Load load = new Load(rig, topics, mix, answers);
                AtomicBoolean stopping = new AtomicBoolean();
                CompletableFuture<Void> probing =
                        CompletableFuture.runAsync(() -> load.steady(PROBES_PER_SECOND, stopping::get));
                try {
                    Usual without = usual();
                    double before = ProcessMemory.megabytes(verifier);
                    List<Runaway> runaways = Runaway.all();
                    int refused = 0;
                    double slowest = 0;
                    Usual beside = null;
                    for (int i = 0; i < runaways.size(); i++) {
                        Runaway each = runaways.get(i);
                        long written = System.nanoTime();
                        ModelId id = write(each, i + 1);
                        if (i == 0) {
                            await(settings, id, VersionState.VALIDATING, MOST);
                            beside = usual();
                        }
                        InstanceState state = await(settings, id, VersionState.REFUSED, MOST);
                        double seconds = (System.nanoTime() - written) / 1e9;
                        slowest = Math.max(slowest, seconds);
                        boolean asExpected = Pattern.compile(each.reason())
                                .matcher(String.valueOf(state.reason()))
                                .find();
                        refused += asExpected ? 1 : 0;
                        System.err.printf(
                                "%s: %s after %.1f s: %s%n",
                                each.what(), asExpected ? "refused" : "NOT AS EXPECTED", seconds, state.reason());
                    }
                    double after = settledMegabytes(before);
                    serveOneThatStandsStill();
                    stopping.set(true);
                    probing.join();
                    int sent = load.sent().size() + EMPTY_SHEETS;
                    answers.await(sent, LIMIT).linger(SETTLED);
                    return result(
                            answers,
                            load,
                            without,
                            Objects.requireNonNull(beside),
                            "%d of %d runaways refused with their reasons, the slowest after %.1f s"
                                    .formatted(refused, runaways.size(), slowest),
                            refused == runaways.size() && slowest <= MOST.toSeconds(),
                            before,
                            after);
                } finally {
                    stopping.set(true);
                    probing.handle((done, failure) -> done).join();
                }
            }
        }

        private Result result(
                TopicAnswers answers,
                Load load,
                Usual without,
                Usual beside,
                String refusals,
                boolean allRefused,
                double before,
                double after) {
            double swapWithout = slowestSwap(answers, without);
            double swapBeside = slowestSwap(answers, beside);
            int wrong = wrongVersions(answers);
            long stuck = answers.deadLetters().stream()
                    .filter(letter -> letter.startsWith("empty-") && letter.endsWith(": STUCK"))
                    .count();
            boolean once = answers.verdicts().size() == load.sent().size()
                    && answers.duplicates() == 0
                    && stuck == EMPTY_SHEETS
                    && answers.deadLetters().size() == EMPTY_SHEETS;
            boolean usual = beside.readySeconds() <= without.readySeconds() + READY_SECONDS_MORE
                    && swapBeside <= swapWithout + SWAP_SECONDS_MORE;
            return new Result(
                    allRefused && once && usual && wrong == 0 && after <= before + MB_MORE,
                    "%s; beside the first a good release was ready after %.1f s, without it %.1f s, and a probe waited %.2f s at most through a swap and a rollback, without it %.2f s; %d probes, %d with a verdict, %d verdicts too many, %d by another version than their time's; %d of %d empty sheets set aside as STUCK; resident memory %.0f MB after all, %.0f MB before"
                            .formatted(
                                    refusals,
                                    beside.readySeconds(),
                                    without.readySeconds(),
                                    swapBeside,
                                    swapWithout,
                                    load.sent().size(),
                                    answers.verdicts().size(),
                                    answers.duplicates(),
                                    wrong,
                                    stuck,
                                    EMPTY_SHEETS,
                                    after,
                                    before));
        }

        /** Publishes a good release, and lets it serve and the one before it again. */
        private Usual usual() throws Exception {
            ModelId id = new ModelId("letters", Integer.toString(++good));
            long begun = System.nanoTime();
            Releases.publish(settings, "wide", id);
            await(settings, id, VersionState.READY, LIMIT);
            double seconds = (System.nanoTime() - begun) / 1e9;
            List<Instant> swaps = new ArrayList<>();
            swaps.add(settled(control.activate(id, EffectiveTime.SOONEST, "a check", "acceptance", false)));
            swaps.add(settled(control.rollback("a check", "acceptance")));
            return new Usual(seconds, swaps);
        }

        private static Instant settled(ActivationOutcome outcome) throws InterruptedException {
            Instant effect = outcome.activated().effectiveAt();
            Thread.sleep(Math.max(
                    0, Duration.between(Instant.now(), effect.plus(SETTLED)).toMillis()));
            return effect;
        }

        /** Lets a version serve that stands still on empty sheets, while such come, and the one before it again. */
        private void serveOneThatStandsStill() throws Exception {
            ModelId id = new ModelId("letters", Integer.toString(++good));
            Releases.publish(
                    settings,
                    Packages.altered(
                            id,
                            RunawayGraphs.turningOnEmptySheets(),
                            ShippedModel.read("").manifest().golden()));
            await(settings, id, VersionState.READY, LIMIT);
            settled(control.activate(id, EffectiveTime.SOONEST, "a check", "acceptance", false));
            byte[] sheet = emptySheet();
            for (int i = 0; i < EMPTY_SHEETS; i++) {
                rig.identify(topics, "empty-" + i, sheet);
            }
            rig.flush();
            settled(control.rollback("a check", "acceptance"));
        }

        private ModelId write(Runaway runaway, int version) throws Exception {
            ModelId id = new ModelId(Runaway.ID.name(), Integer.toString(version));
            byte[] archive =
                    AlteredPackage.withManifest(runaway.archive(), manifest -> manifest.put("version", id.version()));
            new RawPublication(settings, key).write(id, archive, chunks -> {}, release -> {});
            return id;
        }

        /** Returns the seconds that the verifier takes to end while a model is tried. */
        double stopWhileATrialHangs() throws Exception {
            write(Runaway.all().get(0), 100);
            Awaitility.await("a model is tried").atMost(LIMIT).until(() -> {
                verifier.descendants().forEach(children::add);
                return !children.isEmpty();
            });
            return stop(verifier);
        }

        /** Returns the seconds that a verifier takes to end while it opens a model of the operator's that hangs. */
        double stopWhileItsOwnModelHangs(Verifiers verifiers) throws Exception {
            Path file = folder.resolve("hangs.zip");
            Files.write(file, Runaway.all().get(0).archive());
            Process starting = verifiers.start(VerifierSettings.MODEL + "=" + file);
            Awaitility.await("it takes all the time that it gets")
                    .atMost(LIMIT)
                    .until(() -> starting.info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .toSeconds()
                            > 10);
            return stop(starting);
        }

        private static double stop(Process process) throws InterruptedException {
            long begun = System.nanoTime();
            process.destroy();
            if (!process.waitFor(2 * STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return (System.nanoTime() - begun) / 1e9;
        }

        /** Returns how many processes of models outlive their verifier by more than a second. */
        long left() throws InterruptedException {
            Thread.sleep(MS);
            return children.stream().filter(ProcessHandle::isAlive).count();
        }

        /** Returns the memory once it is no more than it may be, or has had time enough. */
        private double settledMegabytes(double before) throws Exception {
            long end = System.nanoTime() + LIMIT.toNanos() / 4;
            double now = ProcessMemory.megabytes(verifier);
            while (now > before + MB_MORE / 2 && System.nanoTime() < end) {
                Thread.sleep(MS);
                now = ProcessMemory.megabytes(verifier);
            }
            return now;
        }

        /** Returns the longest that a probe waited that came within three seconds of a version's coming to serve. */
        private static double slowestSwap(TopicAnswers answers, Usual usual) {
            return answers.verdicts().values().stream()
                            .filter(verdict -> usual.swaps().stream()
                                    .map(effect -> Duration.between(effect, verdict.getAppendedAt()))
                                    .anyMatch(since -> !since.isNegative() && since.toMillis() <= 3L * MS))
                            .mapToLong(verdict -> answers.latencies()
                                    .get(verdict.getProbeId())
                                    .toMillis())
                            .max()
                            .orElse(Long.MAX_VALUE)
                    / (double) MS;
        }

        private int wrongVersions(TopicAnswers answers) {
            Timeline timeline = Wired.timeline(settings);
            int wrong = 0;
            for (Verdict verdict : answers.verdicts().values()) {
                ModelId expected = timeline.at(ModelSlot.SERVING, verdict.getAppendedAt())
                        .map(Activated::model)
                        .orElse(OWN);
                wrong += new ModelId(verdict.getModelName(), verdict.getModelVersion()).equals(expected) ? 0 : 1;
            }
            return wrong;
        }
    }

    private static InstanceState await(Settings settings, ModelId id, VersionState wanted, Duration limit) {
        return Awaitility.await(id + " is " + wanted)
                .atMost(limit)
                .ignoreExceptions()
                .until(
                        () -> Wired.states(settings).of(id).stream()
                                .filter(each -> each.state() == wanted)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static byte[] emptySheet() throws IOException {
        BufferedImage sheet = new BufferedImage(SHEET, SHEET, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < SHEET; y++) {
            for (int x = 0; x < SHEET; x++) {
                sheet.setRGB(x, y, Color.WHITE.getRGB());
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(sheet, "png", bytes);
        return bytes.toByteArray();
    }

    /** Returns a PNG with a chunk of type 0, which a reader must not wait at. */
    private static byte[] zeroChunk() throws IOException {
        byte[] png = emptySheet();
        int behindHeader = 8 + 12 + 13;
        CRC32 crc = new CRC32();
        crc.update(new byte[4]);
        ByteBuffer with = ByteBuffer.allocate(png.length + 12);
        with.put(png, 0, behindHeader)
                .putInt(0)
                .putInt(0)
                .putInt((int) crc.getValue())
                .put(png, behindHeader, png.length - behindHeader);
        return with.array();
    }
}
