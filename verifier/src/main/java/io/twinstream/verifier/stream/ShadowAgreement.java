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
                ? agreed(verdict, shadow)
                : "shadow " + word(shadow.getOutcome()) + ", serving " + word(verdict.getOutcome());
        counts.computeIfAbsent(versions + ": " + outcome, key -> new LongAdder())
                .increment();
    }

    /** Probes by versions and what they said, for example {@code letters/2 beside letters/1: both match}. */
    public Map<String, LongAdder> counts() {
        return Map.copyOf(counts);
    }

    private static String agreed(Verdict verdict, ShadowOpinion shadow) {
        boolean otherSubject = verdict.getOutcome() == Outcome.MATCH
                && !verdict.getCandidates().isEmpty()
                && !verdict.getCandidates().get(0).getSubjectId().equals(shadow.getSubjectId());
        return otherSubject ? "both match, with other subjects" : "both " + word(verdict.getOutcome());
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
