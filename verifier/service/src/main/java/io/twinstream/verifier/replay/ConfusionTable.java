package io.twinstream.verifier.replay;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.standstill.ProbePlace;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A confusion table counts what another version would have said, by what was said. For one thread. */
public final class ConfusionTable implements ReplayTally {
    private final Map<TaskKind, Map<Outcome, Map<Outcome, Long>>> table = new EnumMap<>(TaskKind.class);
    private long otherSubject;
    private long rejected;

    @Override
    public void add(ProbePlace at, @Nullable String probeId, Decision onRecord, @Nullable Decision now) {
        if (now == null) {
            rejected++;
            return;
        }
        table.computeIfAbsent(onRecord.task(), task -> new EnumMap<>(Outcome.class))
                .computeIfAbsent(onRecord.outcome(), outcome -> new EnumMap<>(Outcome.class))
                .merge(now.outcome(), 1L, Long::sum);
        if (!Objects.equals(onRecord.subject(), now.subject())) {
            otherSubject++;
        }
    }

    /**
     * Returns the numbers of probes by task, outcome on record and outcome now; pairs of outcomes that never occurred
     * are absent.
     */
    public Map<TaskKind, Map<Outcome, Map<Outcome, Long>>> table() {
        return table;
    }

    /**
     * Returns how many claims and identifications have another best subject now, or one where there was none, or none
     * where there was one.
     */
    public long otherSubject() {
        return otherSubject;
    }

    /** Returns how many probes with a verdict on record are rejected now. */
    public long rejected() {
        return rejected;
    }
}
