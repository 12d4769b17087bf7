package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.Timeline;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds a load's verdicts against the version that the append time of each probe names.
 *
 * @param wrongVersion verdicts by another version
 * @param wrongScore verdicts that the version they name doesn't give with its own gallery
 */
record Audit(int wrongVersion, int wrongScore) {
    /** @param own the model that judges before the first activation; null where nothing may */
    static Audit of(
            Timeline timeline,
            @Nullable ModelId own,
            Map<ModelId, VersionJudgement> judgements,
            Load load,
            TopicAnswers answers) {
        int wrongVersion = 0;
        int wrongScore = 0;
        for (Verdict verdict : answers.verdicts().values()) {
            ModelId named = new ModelId(verdict.getModelName(), verdict.getModelVersion());
            ModelId expected = timeline.at(ModelSlot.SERVING, verdict.getAppendedAt())
                    .map(Activated::model)
                    .orElse(own);
            wrongVersion += named.equals(expected) ? 0 : 1;
            VersionJudgement judgement = judgements.get(named);
            boolean agrees = judgement != null
                    && judgement.sha256().equals(verdict.getModelSha256())
                    && judgement.agrees(load.sent().get(verdict.getProbeId()), verdict);
            wrongScore += agrees ? 0 : 1;
        }
        return new Audit(wrongVersion, wrongScore);
    }

    boolean isClean() {
        return wrongVersion == 0 && wrongScore == 0;
    }
}
