package io.twinstream.verifier.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.metrics.ProbeMetrics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
    private final CloudEvents events;
    private final RecordSerde<Verdict> serde = RecordSerde.of(Verdict.class);
    private final Map<Comparison, LongAdder> shadowCounts = new ConcurrentHashMap<>();

    /**
     * A comparison is how the version in the shadow judged a probe beside the one that serves.
     *
     * @param sameSubject whether both found the same subject; true unless both match somebody
     */
    private record Comparison(
            String serving, String shadow, Outcome servingOutcome, Outcome shadowOutcome, boolean sameSubject) {
        static final Comparator<Comparison> ORDER = Comparator.comparing(Comparison::serving)
                .thenComparing(Comparison::shadow)
                .thenComparing(Comparison::servingOutcome)
                .thenComparing(Comparison::shadowOutcome)
                .thenComparing(Comparison::sameSubject, Comparator.reverseOrder());

        static Comparison of(Verdict verdict, ShadowOpinion shadow) {
            return new Comparison(
                    verdict.getModelName() + '/' + verdict.getModelVersion(),
                    shadow.getModelName() + '/' + shadow.getModelVersion(),
                    verdict.getOutcome(),
                    shadow.getOutcome(),
                    verdict.getOutcome() != shadow.getOutcome() || !otherSubject(verdict, shadow));
        }
    }

    /** Shadow counts are how many probes were judged in one way by both versions; {@code /status} shows them. */
    public record ShadowCount(
            String serving,
            String shadow,
            String servingOutcome,
            String shadowOutcome,
            boolean sameSubject,
            long probes) {}

    public ProbeResults(ProbeMetrics metrics, CloudEvents events) {
        this.metrics = metrics;
        this.events = events;
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
     * Returns the record of a verdict: under the probe's id, with the headers of the probe's record but those that describe
     * that record's value.
     *
     * @param probe the record of the probe, or of a partial verdict on it
     */
    public Record<byte[], byte[]> record(Record<byte[], byte[]> probe, Verdict verdict) {
        Record<byte[], byte[]> record =
                probe.withKey(verdict.getProbeId().getBytes(UTF_8)).withValue(serde.encode(verdict));
        events.describe(record.headers(), verdict);
        return record;
    }

    /**
     * Returns the dead letter of a record that can't be judged: key, value and headers as they came, with more headers
     * that name the probe and the reason.
     *
     * @param ids the probe's ids, those that can be read
     */
    public Record<byte[], byte[]> deadLetter(
            Record<byte[], byte[]> original,
            TopicPartition partition,
            long offset,
            PreparedProbe.Rejected rejected,
            ProbeIds ids) {
        Headers headers = new RecordHeaders(original.headers());
        new DeadLetterNote(
                        rejected.reason(),
                        rejected.message(),
                        ids.probeId(),
                        ids.sourceId(),
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
                    .computeIfAbsent(Comparison.of(verdict, opinion), key -> new LongAdder())
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
     * outcomes, sorted by these.
     */
    public List<ShadowCount> shadowCounts() {
        return shadowCounts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparison.ORDER))
                .map(each -> new ShadowCount(
                        each.getKey().serving(),
                        each.getKey().shadow(),
                        each.getKey().servingOutcome().name(),
                        each.getKey().shadowOutcome().name(),
                        each.getKey().sameSubject(),
                        each.getValue().sum()))
                .toList();
    }

    /** Returns whether the shadow agrees with the verdict, for a match also on the subject. */
    public static boolean agrees(Verdict verdict, ShadowOpinion shadow) {
        return verdict.getOutcome() == shadow.getOutcome() && !otherSubject(verdict, shadow);
    }

    private static boolean otherSubject(Verdict verdict, ShadowOpinion shadow) {
        return verdict.getOutcome() == Outcome.MATCH
                && !verdict.getCandidates().isEmpty()
                && !verdict.getCandidates().get(0).getSubjectId().equals(shadow.getSubjectId());
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
