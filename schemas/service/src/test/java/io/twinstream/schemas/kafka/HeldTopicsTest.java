package io.twinstream.schemas.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.kafka.OpenTransactions.Unreadable;
import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldTopicsTest {
    private static final TopicPartition REFERENCES = new TopicPartition("t.references", 0);
    private static final TopicPartition VERDICTS = new TopicPartition("t.verdicts", 3);

    private final List<Map<TopicPartition, Long>> asked = new ArrayList<>();
    private Map<TopicPartition, Unreadable> unreadable = Map.of();
    private long nanos;
    private final HeldTopics topics = new HeldTopics(
            new ServiceThreads(),
            List.of(REFERENCES.topic()),
            () -> unreadable,
            this::transactions,
            Duration.ofSeconds(10),
            () -> nanos);

    @AfterEach
    void close() {
        topics.close();
    }

    @Test
    void whatStandsForLongerThanTheSettingIsHeldAndSaysWhoseTransactionItIs() {
        look(0, Map.of(REFERENCES, 5L));
        look(10, Map.of(REFERENCES, 5L));
        assertEquals(List.of(), topics.lines());

        look(12, Map.of(REFERENCES, 5L));

        assertEquals(
                List.of(
                        "t.references-0 has not been readable to its end for 12 s: an open transaction of 'import-7' (producer 4, timeout 900 s) "
                                + "holds t.references-0 back at offset 5: 'twinstream topics transactions --abort import-7' ends it"),
                topics.lines());
    }

    @Test
    void whatMovesIsNotHeldHoweverLongItIsBehind() {
        for (int second = 0; second < 60; second += 2) {
            look(second, 2, Map.of(VERDICTS, 100L + second));
        }

        assertEquals(List.of(), topics.lines());
        assertEquals(List.of(), asked);
    }

    @Test
    void whatGoesOnIsHeldNoMoreAndEachTransactionIsAskedForOnce() {
        look(0, Map.of(REFERENCES, 5L));
        look(12, Map.of(REFERENCES, 5L));
        look(14, Map.of(REFERENCES, 5L, VERDICTS, 7L));
        look(30, 4, Map.of(REFERENCES, 5L, VERDICTS, 7L));
        assertEquals(2, topics.lines().size());
        assertTrue(topics.lines().get(0).startsWith("t.references-0"), topics.lines()::toString);

        look(32, Map.of(REFERENCES, 9L));

        assertEquals(List.of(), topics.lines());
        assertEquals(List.of(Map.of(REFERENCES, 5L), Map.of(VERDICTS, 7L)), asked);
    }

    @Test
    void whereTheNextTransactionHoldsReadersAtOnceItIsNamedAndTheTimeGoesOn() {
        look(0, Map.of(REFERENCES, 5L));
        look(12, Map.of(REFERENCES, 5L));

        look(14, Map.of(REFERENCES, 7L));

        assertEquals(List.of(Map.of(REFERENCES, 5L), Map.of(REFERENCES, 7L)), asked);
        assertEquals(1, topics.lines().size(), topics.lines()::toString);
        assertTrue(
                topics.lines().get(0).startsWith("t.references-0 has not been readable to its end for 14 s"),
                topics.lines()::toString);
        assertTrue(topics.lines().get(0).contains("at offset 7"), topics.lines()::toString);
        look(16, Map.of());
        assertEquals(List.of(), topics.lines());
    }

    @Test
    void whereReadersReachTheEndOfTheLookBeforeItIsOverThoughMoreHasBeenWritten() {
        look(0, 4, Map.of(VERDICTS, 5L));
        look(12, 4, Map.of(VERDICTS, 5L));
        assertEquals(1, topics.lines().size());

        look(14, 4, Map.of(VERDICTS, 9L));

        assertEquals(List.of(), topics.lines());
    }

    @Test
    void theTimeThatOneTransactionAfterTheOtherHoldsReadersBackIsAddedUp() {
        look(0, Map.of(REFERENCES, 5L));
        look(8, Map.of(REFERENCES, 7L));
        look(20, Map.of(REFERENCES, 7L));

        assertTrue(
                topics.lines().get(0).startsWith("t.references-0 has not been readable to its end for 20 s"),
                topics.lines()::toString);
    }

    private void look(long second, Map<TopicPartition, Long> found) {
        look(second, 100, found);
    }

    /** Looks once; that many records lie behind the offsets where readers stand. */
    private void look(long second, long behind, Map<TopicPartition, Long> found) {
        nanos = Duration.ofSeconds(second).toNanos();
        unreadable = found.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> new Unreadable(each.getValue(), each.getValue() + behind)));
        topics.look();
    }

    private List<OpenTransaction> transactions(Map<TopicPartition, Long> places) {
        asked.add(places);
        return places.entrySet().stream()
                .map(each -> new OpenTransaction(
                        each.getKey(),
                        each.getValue(),
                        Optional.empty(),
                        OptionalLong.of(4),
                        OptionalInt.of(0),
                        OptionalInt.of(0),
                        Optional.of("import-7"),
                        Optional.of(Duration.ofMinutes(15))))
                .toList();
    }
}
