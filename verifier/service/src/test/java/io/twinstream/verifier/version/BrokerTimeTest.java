package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class BrokerTimeTest {
    private static final Instant BROKERS = Instant.parse("2024-02-29T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void aClockThatIsAheadIsCorrectedByWhatABrokerAcknowledges() {
        BrokerTime time = local(BROKERS.plus(HOUR));

        time.acknowledged(BROKERS);

        assertEquals(BROKERS, time.now());
    }

    @Test
    void soIsOneThatIsBehind() {
        BrokerTime time = local(BROKERS.minus(HOUR));

        time.acknowledged(BROKERS);

        assertEquals(BROKERS, time.now());
    }

    @Test
    void theTimeThatAnAcknowledgementTakesCorrectsNothing() {
        BrokerTime time = local(BROKERS);

        time.acknowledged(BROKERS.minusMillis(300));

        assertEquals(BROKERS, time.now());
    }

    @Test
    void whatIsOnATopicIsPast() {
        BrokerTime behind = local(BROKERS.minus(HOUR));
        BrokerTime right = local(BROKERS);

        behind.passed(BROKERS);
        // One that lay there for an hour.
        right.passed(BROKERS.minus(HOUR));

        assertEquals(BROKERS, behind.now());
        assertEquals(BROKERS, right.now());
    }

    private static BrokerTime local(Instant now) {
        return new BrokerTime(Clock.fixed(now, ZoneOffset.UTC));
    }
}
