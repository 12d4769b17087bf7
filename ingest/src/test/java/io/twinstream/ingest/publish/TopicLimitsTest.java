package io.twinstream.ingest.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.ingest.publish.PublishException.PublishFault;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class TopicLimitsTest {
    private static final int LARGE = 2 << 20;

    private final Deque<Object> answers = new ArrayDeque<>();
    private long nanos;
    private final TopicLimits limits = new TopicLimits(this::answer, () -> nanos);

    @Test
    void theBrokerIsAskedWhenALargeRecordComesAndAgainAfterAMinute() {
        answers.add(5_000_000);
        answers.add(600_000);

        assertEquals(Integer.MAX_VALUE, limits.of("probes", 1_000));
        assertEquals(5_000_000, limits.of("probes", LARGE));
        assertEquals(5_000_000, limits.of("probes", LARGE));
        nanos = Duration.ofSeconds(61).toNanos();
        assertEquals(600_000, limits.of("probes", LARGE));
    }

    @Test
    void whereItMayNotSayWhatBrokersTakeByDefaultIsAssumed() {
        answers.add(new ExecutionException(new TopicAuthorizationException("probes")));

        assertEquals(1_048_588, limits.of("probes", LARGE));
    }

    @Test
    void whatItSaidBeforeHoldsWhileItDoesNotAnswer() {
        answers.add(5_000_000);
        answers.add(new TimeoutException("no answer"));

        assertEquals(5_000_000, limits.of("probes", LARGE));
        nanos = Duration.ofSeconds(61).toNanos();
        assertEquals(5_000_000, limits.of("probes", LARGE));
    }

    @Test
    void whileNobodyHasSaidAnythingItIsToBeTriedAgain() {
        answers.add(new ExecutionException(new org.apache.kafka.common.errors.TimeoutException("no broker")));

        PublishException failure = assertThrows(PublishException.class, () -> limits.of("probes", LARGE));

        assertEquals(PublishFault.BUSY, failure.fault());
    }

    @Test
    void whoeverAsksWithinASecondOfAFailureIsToldTheSameWithoutWaiting() {
        answers.add(new TimeoutException("no answer"));
        answers.add(5_000_000);

        PublishException first = assertThrows(PublishException.class, () -> limits.of("probes", LARGE));
        nanos = Duration.ofMillis(999).toNanos();
        PublishException second = assertThrows(PublishException.class, () -> limits.of("probes", LARGE));
        nanos = Duration.ofSeconds(1).toNanos();

        assertEquals(first, second);
        assertEquals(5_000_000, limits.of("probes", LARGE));
    }

    @Test
    void aRefusalIsLearnedFromAndAskedAbout() {
        limits.refused("probes", 3_000_000);
        assertEquals(1_048_588, limits.of("probes", LARGE));
        nanos++;
        answers.add(2_000_000);
        assertEquals(2_000_000, limits.of("probes", LARGE));

        limits.refused("labels", 800_000);
        assertEquals(400_000, limits.of("labels", 1_000));
        assertTrue(answers.isEmpty());
    }

    private int answer(String topic) throws ExecutionException, TimeoutException {
        Object answer = answers.remove();
        if (answer instanceof ExecutionException failure) {
            throw failure;
        } else if (answer instanceof TimeoutException failure) {
            throw failure;
        }
        return (int) answer;
    }
}
