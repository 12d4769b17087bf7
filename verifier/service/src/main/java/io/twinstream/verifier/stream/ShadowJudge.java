package io.twinstream.verifier.stream;

import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.lookahead.LookAhead;
import io.twinstream.verifier.lookahead.Prepared;
import io.twinstream.verifier.lookahead.RejectedProbe;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelLease;
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

    ShadowJudge(ModelChoice versions, LookAhead lookAhead, Judge judge) {
        this.versions = versions;
        this.lookAhead = lookAhead;
        this.judge = judge;
    }

    /** Its judgement, or null where there is no shadow, or it is not ready, or has failed. */
    @Nullable
    Judgement of(byte @Nullable [] value, TopicPartition partition, ProbePosition position) {
        Optional<ModelLease> shadow = versions.shadow(position.appendedAt());
        if (shadow.isEmpty()) {
            lookAhead.passed(partition, position.offset());
            return null;
        }
        try (ModelLease version = shadow.get()) {
            try {
                Prepared prepared = lookAhead.prepare(version, partition, position.offset(), value);
                if (prepared instanceof RejectedProbe rejected
                        && rejected.reason().equals(DeadLetterHeaders.STUCK)) {
                    throw new IllegalStateException(rejected.message());
                }
                if (!(prepared instanceof EmbeddedProbe embedded)) {
                    return null;
                }
                EmbeddedProbe probe = lookAhead.searched(version.model(), partition, embedded);
                return judge.judgement(version.model(), probe, position);
            } catch (RuntimeException e) {
                log.warn("the shadow has failed and is left out from now on: {}", e.toString());
                version.refuse("it failed on a probe: " + e.getMessage());
                return null;
            }
        }
    }
}
