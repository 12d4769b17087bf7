package io.twinstream.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.verifier.GroupLag.PartitionLag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HotPartitionTest {
    private final Map<TopicPartition, PartitionLag> partitions = new HashMap<>();
    private long nanos = 7;
    private boolean known = true;
    private final HotPartition watch = new HotPartition(
            () -> known ? Optional.of(Map.copyOf(partitions)) : Optional.empty(), new ServiceThreads(), () -> nanos);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void aPartitionWithMostOfTheProbesThatFallsBehindIsNamedWithWhatToDo() {
        pass(7, 95, 50);
        pass(7, 95, 50);

        String line = only();
        assertTrue(line.startsWith("probes-0 has 95 % of the probes of the last minute and falls behind by "), line);
        assertTrue(line.contains("ingest.probe.key=probe"), line);
    }

    @Test
    void nothingIsSaidBeforeHalfAMinuteHasBeenSeen() {
        pass(3, 95, 50);

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void anUnevenLoadThatIsJudgedInTimeIsNotHot() {
        pass(10, 95, 95);

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void anEvenLoadThatFallsBehindIsNotHot() {
        pass(10, 50, 20);

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void aBacklogThatIsWorkedOffIsNotHot() {
        partitions.put(partition(0), new PartitionLag(100_000, 100_000));
        pass(10, 95, 500);

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void ofFewProbesNothingIsSaid() {
        for (int i = 0; i < 10; i++) {
            come(0, 9, 0);
            come(1, 1, 1);
            look();
        }

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void aTopicOfOnePartitionHasNoneThatIsHot() {
        for (int i = 0; i < 10; i++) {
            come(0, 95, 50);
            look();
        }

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void aHotPartitionStaysSoUntilItHasCaughtUp() {
        pass(10, 95, 50);
        only();
        pass(7, 95, 130);
        only();

        pass(12, 95, 200);

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void itIsOverOnceTheProbesSpread() {
        pass(10, 95, 50);
        only();

        pass(7, 50, 50);

        assertEquals(List.of(), watch.lines());
    }

    @Test
    void whatTheBrokersDoNotSayChangesNothing() {
        pass(10, 95, 50);
        String before = only();

        known = false;
        look();

        assertEquals(List.of(before), watch.lines());
    }

    @Test
    void aPartitionThatIsAddedBeginsAtItsFirstProbe() {
        pass(7, 50, 50);
        for (int i = 0; i < 7; i++) {
            come(2, 900, 400);
            pass(1, 50, 50);
        }

        assertTrue(only().startsWith("probes-2 has 90 % "), watch.lines().toString());
    }

    private String only() {
        assertEquals(1, watch.lines().size());
        return watch.lines().get(0);
    }

    /**
     * Lets 100 probes come so often, ten seconds apart, and looks each time.
     *
     * @param first how many of them come on the first partition; the others are judged at once
     * @param judged how many are judged on the first partition meanwhile
     */
    private void pass(int times, int first, int judged) {
        for (int i = 0; i < times; i++) {
            come(0, first, judged);
            come(1, 100 - first, 100);
            look();
        }
    }

    private void come(int partition, int probes, int judged) {
        PartitionLag before = partitions.getOrDefault(partition(partition), new PartitionLag(0, 0));
        partitions.put(
                partition(partition),
                new PartitionLag(before.end() + probes, Math.max(0, before.waiting() + probes - judged)));
    }

    private void look() {
        nanos += HotPartition.BETWEEN_LOOKS.toNanos();
        watch.look();
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("probes", number);
    }
}
