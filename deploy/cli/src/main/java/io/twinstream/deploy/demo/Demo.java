package io.twinstream.deploy.demo;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.references.UnusableReferences;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.version.VersionStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs the main job once: finds the people, starts the cluster, enrols, waits until the gallery is there, streams probes, waits
 * for the last verdicts, and sums up.
 */
public final class Demo {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final long SHOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int ENROL_AT_ONCE = 16;

    /** A share of pictures out of domain that needs no advice: a model turns as many of its own kind away. */
    private static final double EXPECTED = 0.01;

    private final DemoOptions options;
    private final DemoView view;
    private final BooleanSupplier stopped;
    private double startSeconds;

    /** @param stopped returns true when the demo is to end before its time */
    public Demo(DemoOptions options, DemoView view, BooleanSupplier stopped) {
        this.options = options;
        this.view = view;
        this.stopped = stopped;
    }

    /**
     * Runs to the end.
     *
     * @param settings by key, for those that the demo doesn't choose itself
     */
    public DemoSummary run(Map<String, String> settings) throws IOException, InterruptedException {
        People people = people();
        int enrolled = Math.min(options.subjects(), people.size() / 2);
        view.say("starting Kafka, verifier and ingest");
        try (DemoCluster cluster = DemoCluster.start(settings, options.brokerPort());
                ImagePublisher publisher = cluster.publisher();
                VerdictReader verdicts = VerdictReader.open(cluster.common(), false)) {
            view.say(cluster.addresses());
            view.listens(cluster.ingestUri(), cluster.verifierUri());
            enrol(publisher, people, enrolled);
            awaitGallery(cluster, enrolled);
            UnusableReferences.Count unusable = cluster.verifier().serving().unusable();
            view.say("%d subjects enrolled, %d strangers about"
                    .formatted(enrolled - unusable.all(), people.size() - enrolled));
            tellOfUnusable(unusable, enrolled, cluster.verifier().serving());
            DemoTally tally = new DemoTally(System::nanoTime);
            long start = System.nanoTime();
            try (ProbeStream stream = ProbeStream.start(
                    publisher, new DemoWorkload(people, enrolled, options.seed()), tally, options.perSecond())) {
                stream(verdicts, tally, start);
            }
            DemoReport report = drain(verdicts, tally, start);
            return new DemoSummary(
                    report,
                    startSeconds,
                    tally.outstanding(),
                    advice(report.counts(), cluster.verifier().serving()));
        }
    }

    private People people() throws IOException {
        return options.images() == null
                ? new DrawnPeople(new DrawnCharacters(options.seed()), 2 * options.subjects())
                : FolderPeople.read(options.images(), options.seed());
    }

    private static void enrol(ImagePublisher publisher, People people, int enrolled) throws IOException {
        List<CompletableFuture<ImagePublisher.Receipt>> sent = new ArrayList<>();
        for (int person = 0; person < enrolled; person++) {
            try {
                sent.add(publisher.enrol(people.name(person), people.reference(person)));
            } catch (ImageRefusedException e) {
                throw new IOException("the reference of %s: %s".formatted(people.name(person), e.reason()), e);
            }
            if (sent.size() == ENROL_AT_ONCE || person == enrolled - 1) {
                sent.forEach(CompletableFuture::join);
                sent.clear();
            }
        }
    }

    private static void awaitGallery(DemoCluster cluster, int enrolled) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!cluster.verifier().ready() || references(cluster.verifier().serving()) != enrolled) {
            if (System.nanoTime() - start > READY_WITHIN.toNanos()) {
                throw new IOException("the verifier is not ready after %d s: %s"
                        .formatted(READY_WITHIN.toSeconds(), cluster.verifier().status()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis() / 5);
        }
    }

    private static int references(VersionStatus version) {
        return version.gallerySize() + version.unusable().all();
    }

    private void tellOfUnusable(UnusableReferences.Count unusable, int enrolled, VersionStatus version) {
        int out = unusable.byReason().getOrDefault(UndecidedCause.OUT_OF_DOMAIN.name(), 0);
        if (out > 0) {
            view.say("%d of %d references can't be used, since %s was trained for pictures of another kind"
                    .formatted(out, enrolled, version.id()));
        }
        if (unusable.all() > out) {
            view.say("%d of %d references can't be used, by reason: %s"
                    .formatted(unusable.all(), enrolled, unusable.byReason()));
        }
    }

    /** Returns what the verdicts say of the pictures: rates mean nothing where these are of another kind than the model's. */
    private static List<String> advice(DemoCounts counts, VersionStatus version) {
        List<String> lines = new ArrayList<>();
        if (counts.outOfDomain() > EXPECTED * counts.verdicts()) {
            lines.add(DomainRule.advice(
                    counts.outOfDomain(),
                    counts.verdicts(),
                    "pictures",
                    version.id().toString()));
        }
        if (counts.blank() > 0) {
            lines.add("%d of %d pictures are blank and can't be judged".formatted(counts.blank(), counts.verdicts()));
        }
        return lines;
    }

    private void stream(VerdictReader verdicts, DemoTally tally, long start) {
        long shown = start;
        while (!stopped.getAsBoolean() && !isOver(start)) {
            count(verdicts, tally);
            long now = System.nanoTime();
            if (now - shown >= SHOW_NANOS) {
                view.show(tally.recent((now - start) / 1e9, (now - shown) / 1e9));
                shown = now;
            }
        }
    }

    private DemoReport drain(VerdictReader verdicts, DemoTally tally, long start) {
        double seconds = (System.nanoTime() - start) / 1e9;
        long end = System.nanoTime();
        while (tally.outstanding() > 0 && System.nanoTime() - end < DRAIN.toNanos()) {
            count(verdicts, tally);
        }
        return tally.total(seconds);
    }

    private void count(VerdictReader verdicts, DemoTally tally) {
        for (Verdict verdict : verdicts.poll(POLL)) {
            tally.verdict(verdict);
            if (startSeconds == 0) {
                startSeconds = ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
                view.say("first verdict %.1f s after the start".formatted(startSeconds));
            }
        }
    }

    private boolean isOver(long start) {
        Duration duration = options.duration();
        return duration != null && System.nanoTime() - start >= duration.toNanos();
    }

    /** Provides drawn characters as people, each drawn when it is needed. */
    private record DrawnPeople(DrawnCharacters drawings, int size) implements People {
        /** The first hand that draws probes: the one before it draws the references, and no probe. */
        private static final int FIRST_PROBE_HAND = 1;

        private static final int HANDS = 1_000;

        @Override
        public String name(int person) {
            return "character-%03d".formatted(person);
        }

        @Override
        public byte[] reference(int person) {
            return drawings.png(person, 0);
        }

        @Override
        public byte[] probe(int person, int number) {
            return drawings.png(person, FIRST_PROBE_HAND + number % HANDS);
        }
    }
}
