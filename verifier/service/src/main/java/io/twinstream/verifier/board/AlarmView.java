package io.twinstream.verifier.board;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.text.ForeignText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An alarm view is an alarm as {@code openapi.yaml} describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AlarmView(
        String id,
        AlarmAbout kind,
        AlarmState state,
        String model,
        String source,
        String task,
        long raisedAtMs,
        @Nullable Long clearedAtMs,
        long windowStartMs,
        long windowSizeMs,
        double observed,
        double expected,
        double statistic,
        double bound,
        String reason) {
    static AlarmView of(Alarm alarm) {
        Instant cleared = alarm.getClearedAt();
        return new AlarmView(
                ForeignText.value(alarm.getId()),
                alarm.getAbout() == null ? AlarmAbout.valueOf(alarm.getKind().name()) : alarm.getAbout(),
                alarm.getState(),
                ForeignText.value(alarm.getModelName() + "/" + alarm.getModelVersion()),
                ForeignText.value(alarm.getSourceId()),
                ForeignText.value(alarm.getTask()),
                alarm.getRaisedAt().toEpochMilli(),
                cleared == null ? null : cleared.toEpochMilli(),
                alarm.getWindowStart().toEpochMilli(),
                alarm.getWindowSizeMs(),
                alarm.getObserved(),
                alarm.getExpected(),
                alarm.getStatistic(),
                alarm.getBound(),
                ForeignText.line(alarm.getReason()));
    }

    boolean isRaised() {
        return state == AlarmState.RAISED;
    }

    /** Returns the time at which the alarm was cleared or, while it isn't, raised. */
    long changedAtMs() {
        return clearedAtMs == null ? raisedAtMs : clearedAtMs;
    }
}
