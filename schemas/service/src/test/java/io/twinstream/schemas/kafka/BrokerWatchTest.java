package io.twinstream.schemas.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerWatchTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String MEND =
            ": see whether they run and are reached from here; work goes on by itself once they answer";

    private final List<String> told = new ArrayList<>();
    private Instant now = NOON;
    private BrokerWatch.Question question = () -> brokers(1, 2, 3);
    private final BrokerWatch watch = new BrokerWatch(
            new ServiceThreads(),
            () -> question.ask(),
            "first:9092",
            () -> now,
            line -> told.add("! " + line),
            told::add);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void brokersThatAnswerAreNoNews() throws Exception {
        watch.look();
        watch.look();

        assertEquals(List.of(), told);
    }

    @Test
    void anOutageIsOneLineWithTheBrokersAndItsEndAnother() throws Exception {
        watch.look();
        question = () -> {
            throw new TimeoutException();
        };
        for (int i = 0; i < 5; i++) {
            watch.look();
            assertEquals(
                    "no broker answers since 2026-01-01T12:00:00Z, of b1:9092, b2:9092, b3:9092" + MEND,
                    watch.silence());
            now = now.plus(Duration.ofSeconds(4));
        }
        question = () -> brokers(1, 2, 3);
        watch.look();
        assertEquals("", watch.silence());
        watch.look();

        assertEquals(
                List.of(
                        "! no broker answers since 2026-01-01T12:00:00Z, of b1:9092, b2:9092, b3:9092" + MEND,
                        "brokers answer again, after 20 s: b1:9092, b2:9092, b3:9092"),
                told);
    }

    @Test
    void beforeAnyHasAnsweredTheLineNamesWhatTheServiceWasGivenAndWhyTheyRefuse() throws Exception {
        question = () -> {
            throw new ExecutionException(new SaslAuthenticationException("Authentication failed"));
        };
        watch.look();

        assertEquals(
                List.of("! no broker answers since 2026-01-01T12:00:00Z, of first:9092 (Authentication failed)" + MEND),
                told);
    }

    @Test
    void aBrokerThatLeavesTheClusterAndComesBackIsNamed() throws Exception {
        watch.look();
        question = () -> brokers(1, 3);
        watch.look();
        watch.look();
        question = () -> brokers(1, 2, 3);
        watch.look();

        assertEquals(
                List.of(
                        "! broker 2, b2:9092, has left the cluster at 2026-01-01T12:00:00Z, and 2 of 3 go on: see whether it runs; a topic with too few replicas left takes no records",
                        "broker 2, b2:9092, is back"),
                told);
    }

    private static List<Node> brokers(int... ids) {
        return IntStream.of(ids).mapToObj(id -> new Node(id, "b" + id, 9092)).toList();
    }
}
