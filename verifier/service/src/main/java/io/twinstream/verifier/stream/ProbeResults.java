package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.metrics.ProbeMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Probe results make and count what comes of a probe: the verdict of the whole gallery with the shadow's opinion, or a
 * dead letter. Safe for many threads.
 */
public final class ProbeResults {
    private final ProbeMetrics metrics;
    private final Map<String, LongAdder> shadowCounts = new ConcurrentSkipListMap<>();

    public ProbeResults(ProbeMetrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Returns the verdict with the opinion of the shadow.
     *
     * @param would the shadow's verdict; null if there is none
     */
    public Verdict verdict(Verdict verdict, @Nullable Verdict would) {
        return would == null
                ? verdict
                : Verdict.newBuilder(verdict).setShadow(opinion(would)).build();
    }

    /**
     * Returns the dead letter of a record that can't be judged: key, value and headers as they came, with more headers
     * that name the probe and the reason.
     *
     * @param ids the probe's ids; empty if they can't be read
     */
    public Record<byte[], byte[]> deadLetter(
            Record<byte[], byte[]> original,
            TopicPartition partition,
            long offset,
            PreparedProbe.Rejected rejected,
            Optional<ProbeIds> ids) {
        Headers headers = new RecordHeaders(original.headers());
        new DeadLetterNote(
                        rejected.reason(),
                        rejected.message(),
                        ids.map(ProbeIds::probeId).orElse(null),
                        ids.map(ProbeIds::sourceId).orElse(null),
                        partition.topic(),
                        partition.partition(),
                        offset)
                .writeTo(headers);
        return original.withHeaders(headers);
    }

    /** Notes how long an embedded probe took to be searched for and judged. */
    void judged(long tookNanos) {
        metrics.matched(tookNanos);
    }

    /** Counts a verdict that was forwarded. */
    public void count(Verdict verdict) {
        metrics.verdict(verdict);
        ShadowOpinion opinion = verdict.getShadow();
        if (opinion != null) {
            shadowCounts
                    .computeIfAbsent(compared(verdict, opinion), key -> new LongAdder())
                    .increment();
            metrics.shadow(opinion, agrees(verdict, opinion));
        }
    }

    /** Counts a dead letter that was forwarded. */
    public void countDeadLetter(String reason) {
        metrics.deadLetter(reason);
    }

    /**
     * Returns how often the shadow agreed and disagreed since the start: numbers of probes by the versions and by both
     * outcomes, for example under {@code letters/2 beside letters/1: both match}.
     */
    public Map<String, LongAdder> shadowCounts() {
        return Map.copyOf(shadowCounts);
    }

    /** Returns whether the shadow agrees with the verdict, for a match also on the subject. */
    public static boolean agrees(Verdict verdict, ShadowOpinion shadow) {
        return verdict.getOutcome() == shadow.getOutcome() && !otherSubject(verdict, shadow);
    }

    private static String compared(Verdict verdict, ShadowOpinion shadow) {
        String versions = "%s/%s beside %s/%s: "
                .formatted(
                        shadow.getModelName(),
                        shadow.getModelVersion(),
                        verdict.getModelName(),
                        verdict.getModelVersion());
        if (verdict.getOutcome() != shadow.getOutcome()) {
            return versions + "shadow " + word(shadow.getOutcome()) + ", serving " + word(verdict.getOutcome());
        }
        return versions
                + (otherSubject(verdict, shadow)
                        ? "both match, with other subjects"
                        : "both " + word(verdict.getOutcome()));
    }

    private static boolean otherSubject(Verdict verdict, ShadowOpinion shadow) {
        return verdict.getOutcome() == Outcome.MATCH
                && !verdict.getCandidates().isEmpty()
                && !verdict.getCandidates().get(0).getSubjectId().equals(shadow.getSubjectId());
    }

    private static String word(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static ShadowOpinion opinion(Verdict would) {
        List<Candidate> candidates = would.getCandidates();
        return new ShadowOpinion(
                would.getModelName(),
                would.getModelVersion(),
                would.getModelSha256(),
                would.getOutcome(),
                would.getScore(),
                would.getThreshold(),
                candidates.isEmpty() ? null : candidates.get(0).getSubjectId(),
                would.getGallerySize());
    }
}
