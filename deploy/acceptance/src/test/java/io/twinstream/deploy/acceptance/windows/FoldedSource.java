package io.twinstream.deploy.acceptance.windows;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.settings.WatchingSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Holds what the windows of one source have to count, by the verdicts that a reader has found: all of its versions and tasks
 * together.
 */
public final class FoldedSource {
    private final String source;
    private final Collection<Verdict> verdicts;

    private record Start(long sizeMs, long startMs) {}

    private record Counts(long verdicts, long matches, long nonMatches, long undecided) {
        static Counts of(Verdict verdict) {
            Outcome outcome = verdict.getOutcome();
            return new Counts(
                    1,
                    outcome == Outcome.MATCH ? 1 : 0,
                    outcome == Outcome.NON_MATCH ? 1 : 0,
                    outcome == Outcome.UNDECIDED ? 1 : 0);
        }

        static Counts of(MatchWindow window) {
            return new Counts(
                    window.getVerdicts(),
                    window.getMatches(),
                    window.getNonMatches(),
                    window.getVerdicts() - window.getMatches() - window.getNonMatches());
        }

        Counts plus(Counts other) {
            return new Counts(
                    verdicts + other.verdicts,
                    matches + other.matches,
                    nonMatches + other.nonMatches,
                    undecided + other.undecided);
        }
    }

    private FoldedSource(String source, Collection<Verdict> verdicts) {
        this.source = source;
        this.verdicts = verdicts;
    }

    /** Holds what the windows of a source have to count, where these are all of its verdicts. */
    public static FoldedSource of(String source, Collection<Verdict> verdicts) {
        return new FoldedSource(source, List.copyOf(verdicts));
    }

    /**
     * Reads the windows of all sizes until they count as many verdicts, or the limit has passed, and returns how many hold other
     * counts.
     */
    public long wrong(Settings settings, Topics topics, Duration limit) {
        List<Duration> sizes = WatchingSettings.of(settings).windows().sizes();
        Map<Start, Counts> known = new HashMap<>();
        for (Duration size : sizes) {
            for (Verdict verdict : verdicts) {
                long appendedMs = verdict.getAppendedAt().toEpochMilli();
                known.merge(
                        new Start(size.toMillis(), appendedMs - appendedMs % size.toMillis()),
                        Counts.of(verdict),
                        Counts::plus);
            }
        }
        Map<Start, Counts> folded = new HashMap<>();
        try (WindowTail tail = new WindowTail(settings, topics)) {
            long end = System.nanoTime() + limit.toNanos();
            while (System.nanoTime() < end && sizes.stream().anyMatch(size -> tail.verdicts(size) < verdicts.size())) {
                tail.poll();
            }
            tail.latest().values().stream()
                    .filter(each -> each.getSourceId().equals(source))
                    .forEach(each -> folded.merge(
                            new Start(each.getSizeMs(), each.getStart().toEpochMilli()),
                            Counts.of(each),
                            Counts::plus));
        }
        Set<Start> starts = new HashSet<>(known.keySet());
        starts.addAll(folded.keySet());
        return starts.stream()
                .filter(each -> !Objects.equals(known.get(each), folded.get(each)))
                .peek(each ->
                        System.err.printf("wrong: %s holds %s, not %s%n", each, folded.get(each), known.get(each)))
                .count();
    }
}
