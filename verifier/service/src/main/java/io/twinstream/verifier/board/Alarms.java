package io.twinstream.verifier.board;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.record.AlarmAbout;
import io.twinstream.schemas.record.AlarmState;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Alarms follow the topic of alarms and keep those that are raised, and of the others those that were cleared last: a
 * few thousand at most.
 */
public final class Alarms extends Board<Alarm> {
    public static final int SHOWN = 200;

    private static final int MOST = 4_000;
    private static final Comparator<AlarmView> RAISED_THEN_NEWEST = Comparator.comparing(AlarmView::isRaised)
            .thenComparingLong(AlarmView::changedAtMs)
            .reversed()
            .thenComparing(AlarmView::id);

    @GuardedBy("this")
    private final Map<String, AlarmView> alarms = new HashMap<>();

    public Alarms(KafkaClients clients, Topics topics, ServiceThreads threads) {
        super(clients, threads, topics.alarms(), Alarm.class);
    }

    @Override
    synchronized void accept(Alarm alarm) {
        alarms.put(alarm.getId(), AlarmView.of(alarm));
        if (alarms.size() > MOST) {
            List<AlarmView> kept = sorted(MOST / 2);
            alarms.clear();
            kept.forEach(each -> alarms.put(each.id(), each));
        }
    }

    /**
     * Returns the raised alarms and then the cleared ones, each newest first, at most {@value #SHOWN}.
     *
     * @throws BoardUnreadException if the topic has not been read to its end
     */
    public synchronized List<AlarmView> latest() {
        requireRead();
        return sorted(SHOWN);
    }

    @GuardedBy("this")
    private List<AlarmView> sorted(int most) {
        return alarms.values().stream().sorted(RAISED_THEN_NEWEST).limit(most).toList();
    }

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
                    alarm.getAbout() == null
                            ? AlarmAbout.valueOf(alarm.getKind().name())
                            : alarm.getAbout(),
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
}
