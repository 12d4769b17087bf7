package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.ProbeIds;
import io.twinstream.schemas.topic.DeadLetterNote;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.metrics.ProbeMetrics;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * What comes of a probe, as it goes to its topic and into the figures: the verdict of the whole gallery with the shadow's opinion, or
 * a dead letter. Safe for many threads.
 */
public final class ProbeResults {
    private final ShadowAgreement agreement;
    private final ProbeMetrics metrics;

    public ProbeResults(ShadowAgreement agreement, ProbeMetrics metrics) {
        this.agreement = agreement;
        this.metrics = metrics;
    }

    /**
     * The verdict with the opinion of the shadow.
     *
     * @param would the shadow's verdict; null if there is none
     */
    public Verdict verdict(Verdict verdict, @Nullable Verdict would) {
        return would == null
                ? verdict
                : Verdict.newBuilder(verdict).setShadow(opinion(would)).build();
    }

    /**
     * The dead letter of a record that can't be judged: key, value and headers as they came, and headers that say whose it is and why.
     *
     * @param ids of the probe, where they could be read
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

    /** Counts a verdict that was forwarded. */
    public void count(Verdict verdict) {
        metrics.verdict(verdict);
        ShadowOpinion opinion = verdict.getShadow();
        if (opinion != null) {
            agreement.add(verdict, opinion);
            metrics.shadow(opinion, ShadowAgreement.agrees(verdict, opinion));
        }
    }

    /** Counts a dead letter that was forwarded. */
    public void countDeadLetter(String reason) {
        metrics.deadLetter(reason);
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
