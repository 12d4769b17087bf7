package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** How often the version in the shadow says what the serving one says, since the start. Safe for many threads. */
public final class ShadowAgreement {
    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    void add(Verdict verdict, ShadowOpinion shadow) {
        String versions = "%s/%s beside %s/%s"
                .formatted(
                        shadow.getModelName(),
                        shadow.getModelVersion(),
                        verdict.getModelName(),
                        verdict.getModelVersion());
        String outcome = verdict.getOutcome() == shadow.getOutcome()
                ? same(verdict, shadow)
                : "shadow " + word(shadow.getOutcome()) + ", serving " + word(verdict.getOutcome());
        counts.computeIfAbsent(versions + ": " + outcome, key -> new LongAdder())
                .increment();
    }

    /** Probes by versions and what they said, for example {@code letters/2 beside letters/1: both match}. */
    public Map<String, LongAdder> counts() {
        return Map.copyOf(counts);
    }

    /** Whether the shadow says what the verdict says; of a match, with the same subject. */
    public static boolean agrees(Verdict verdict, ShadowOpinion shadow) {
        return verdict.getOutcome() == shadow.getOutcome() && !otherSubject(verdict, shadow);
    }

    private static String same(Verdict verdict, ShadowOpinion shadow) {
        return otherSubject(verdict, shadow) ? "both match, with other subjects" : "both " + word(verdict.getOutcome());
    }

    private static boolean otherSubject(Verdict verdict, ShadowOpinion shadow) {
        return verdict.getOutcome() == Outcome.MATCH
                && !verdict.getCandidates().isEmpty()
                && !verdict.getCandidates().get(0).getSubjectId().equals(shadow.getSubjectId());
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
