package io.twinstream.deploy.acceptance.galleries;

import io.twinstream.deploy.acceptance.galleries.ShardTrial.Outcome;
import io.twinstream.deploy.acceptance.galleries.ShardTrial.Traffic;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares a gallery, by default of 20,000, in two verifier processes, half each, with the whole in one: no verdict differs but
 * in its times, and each probe has one, also where one process is killed midway. What sharding costs is shown.
 */
public final class Sharded implements AcceptanceCheck {
    private static final int REFERENCES = 20_000;
    private static final int PROBES = 3_000;
    private static final int CANDIDATES = 10;
    /** Number of drawers whose drawings are enrolled, in the order of their names; the others' are probes. */
    private static final int DRAWERS = 15;

    private final int references;
    private final int probes;

    public Sharded() {
        this(REFERENCES, PROBES);
    }

    /**
     * Prepares the check with another gallery.
     *
     * @param references number of references; fewer show no more than that it works
     * @param probes number of probes at full load
     */
    public Sharded(int references, int probes) {
        this.references = references;
        this.probes = probes;
    }

    @Override
    public Result run(Path folder) throws Exception {
        try (Rig rig = new Rig();
                TemporaryFolder embeddings = TemporaryFolder.create("sharded-")) {
            ShardTrial trial = new ShardTrial(rig, embeddings.path(), traffic(Images.read(folder)), probes / 3, probes);
            Outcome whole = trial.run(1, null);
            Outcome parts = trial.run(2, whole.probesPerSecond() / 5);
            long differ = differing(whole.verdicts(), parts.verdicts());
            boolean once = List.of(whole, parts).stream()
                    .allMatch(each -> each.verdicts().size() == trial.probes() && each.duplicates() == 0);
            String figures =
                    "%d references, %d probes, at a steady %.0f probes/s; one verifier: %s; two shards: %s; throughput ratio %.2f; %d verdicts differ, bar 0; %d and %d verdicts, %d twice"
                            .formatted(
                                    references,
                                    trial.probes(),
                                    whole.probesPerSecond() / 5,
                                    whole,
                                    parts,
                                    parts.probesPerSecond() / whole.probesPerSecond(),
                                    differ,
                                    whole.verdicts().size(),
                                    parts.verdicts().size(),
                                    whole.duplicates() + parts.duplicates());
            return new Result(differ == 0 && once, figures);
        }
    }

    /** Returns how many verdicts differ in any field but the times. */
    static long differing(Map<String, Verdict> some, Map<String, Verdict> others) {
        return some.values().stream()
                .filter(each -> !timeless(each).equals(timeless(others.get(each.getProbeId()))))
                .peek(each -> System.err.println("differs: " + each.getProbeId()))
                .count();
    }

    private static @Nullable Verdict timeless(@Nullable Verdict verdict) {
        return verdict == null
                ? null
                : Verdict.newBuilder(verdict)
                        .setAppendedAt(Instant.EPOCH)
                        .setDecidedAt(Instant.EPOCH)
                        .build();
    }

    /** Returns traffic of identifications, with a claim or a pair at every tenth. */
    private Traffic traffic(Images images) {
        List<Drawing> enrolled = images.bySubject().values().stream()
                .flatMap(subject -> subject.stream().limit(DRAWERS))
                .toList();
        List<Drawing> others = images.bySubject().values().stream()
                .flatMap(subject -> subject.stream().skip(DRAWERS))
                .toList();
        return new Traffic() {
            @Override
            public int enrol(Rig rig, Topics topics) {
                for (int i = 0; i < references; i++) {
                    Drawing each = enrolled.get(i % enrolled.size());
                    // The same drawings again under other names: ties.
                    rig.enrol(topics, each.subject() + "." + i / enrolled.size(), each.drawer(), each.png());
                }
                rig.flush();
                return references;
            }

            @Override
            public void send(Rig rig, Topics topics, int number) {
                // A prime, so that alphabets follow each other.
                Drawing probe = others.get((int) (number * 7_919L % others.size()));
                Drawing other = enrolled.get((int) (number * 104_729L % enrolled.size()));
                String id = Traffic.id(number);
                switch (number % 20) {
                    case 0 -> rig.claim(topics, id, probe.png(), (number % 40 == 0 ? probe : other).subject() + ".0");
                    case 10 -> rig.pair(topics, id, probe.png(), other.png());
                    default -> rig.identify(topics, id, probe.png(), CANDIDATES);
                }
            }
        };
    }
}
