package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.metrics.ProbeMetrics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verdicts of the whole gallery, as they go to their topic and into the figures. Safe for many threads. */
public final class WholeVerdicts {
    private final ShadowAgreement agreement;
    private final ProbeMetrics metrics;

    public WholeVerdicts(ShadowAgreement agreement, ProbeMetrics metrics) {
        this.agreement = agreement;
        this.metrics = metrics;
    }

    /**
     * The verdict with the opinion of the shadow.
     *
     * @param would the shadow's verdict; null if there is none
     */
    public Verdict with(Verdict verdict, @Nullable Verdict would) {
        return would == null
                ? verdict
                : Verdict.newBuilder(verdict).setShadow(opinion(would)).build();
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
    public void deadLetter(String reason) {
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
