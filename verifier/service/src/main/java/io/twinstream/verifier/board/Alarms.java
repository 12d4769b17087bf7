package io.twinstream.verifier.board;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.record.Alarm;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
}
