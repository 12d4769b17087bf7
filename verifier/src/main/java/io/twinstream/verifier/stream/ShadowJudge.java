package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.ShadowOpinion;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.LookAhead;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.version.ModelChoice;
import io.twinstream.verifier.version.ModelLease;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the version in the shadow what it would say of a probe. Whatever happens there, the verdict stands. For one thread. */
final class ShadowJudge {
    private static final Logger log = LoggerFactory.getLogger(ShadowJudge.class);

    private final ModelChoice versions;
    private final LookAhead lookAhead;
    private final Judge judge;
    private final ShadowAgreement agreement;

    ShadowJudge(ModelChoice versions, LookAhead lookAhead, Judge judge, ShadowAgreement agreement) {
        this.versions = versions;
        this.lookAhead = lookAhead;
        this.judge = judge;
        this.agreement = agreement;
    }

    /** Its opinion, or null where there is no shadow, or it is not ready, or has failed. */
    @Nullable
    ShadowOpinion of(byte @Nullable [] value, TopicPartition partition, ProbePosition position, Verdict verdict) {
        Optional<ModelLease> shadow = versions.shadow(position.appendedAt());
        if (shadow.isEmpty()) {
            lookAhead.passed(partition, position.offset());
            return null;
        }
        try (ModelLease version = shadow.get()) {
            try {
                Prepared prepared = lookAhead.prepare(version, partition, position.offset(), value);
                if (!(prepared instanceof EmbeddedProbe embedded)) {
                    return null;
                }
                EmbeddedProbe probe = lookAhead.searched(version.model(), partition, embedded);
                ShadowOpinion opinion = opinion(judge.judge(version.model(), probe, position));
                agreement.add(verdict, opinion);
                return opinion;
            } catch (RuntimeException e) {
                log.warn("the shadow has failed and is left out from now on: {}", e.toString());
                version.refuse("it failed on a probe: " + e.getMessage());
                return null;
            }
        }
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
