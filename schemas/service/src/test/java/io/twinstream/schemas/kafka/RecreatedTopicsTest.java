package io.twinstream.schemas.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecreatedTopicsTest {
    private static final Optional<Uuid> OLD = Optional.of(Uuid.randomUuid());
    private static final Optional<Uuid> NEW = Optional.of(Uuid.randomUuid());
    private static final Optional<Uuid> GONE = Optional.empty();

    private Map<String, Optional<Uuid>> ids = Map.of();
    private Instant now = Instant.EPOCH;
    private final RecreatedTopics topics = new RecreatedTopics(new ServiceThreads(), () -> ids, () -> now);

    @AfterEach
    void close() {
        topics.close();
    }

    @Test
    void aTopicThatStaysIsNoTrouble() {
        look(0, Map.of("t.references", OLD));
        look(2, Map.of("t.references", OLD));

        assertEquals("", topics.trouble());
    }

    @Test
    void anotherIdIsToldWithTheTimeSinceWhenAndTheMendUntilTheEnd() {
        look(0, Map.of("t.references", OLD));
        look(2, Map.of("t.references", NEW));
        String line =
                "the topic t.references was deleted and created anew, seen since 1970-01-01T00:00:02Z, and this process holds what stood on the old one: fill the topic, then start this process again";
        assertEquals(line, topics.trouble());

        // A broker that is behind still names the topic of before.
        look(4, Map.of("t.references", OLD));
        look(6, Map.of("t.references", GONE));
        look(8, Map.of("t.references", GONE));

        assertEquals(line, topics.trouble());
    }

    @Test
    void aTopicThatIsGoneIsToldAtTheSecondLookAndNoMoreOnceItIsFound() {
        look(0, Map.of("t.references", OLD));
        look(2, Map.of("t.references", GONE));
        assertEquals("", topics.trouble());

        look(4, Map.of("t.references", GONE));
        assertEquals(
                "the topic t.references has not existed since 1970-01-01T00:00:02Z, and this process holds what stood on it: create it with 'twinstream topics create', fill it, then start this process again",
                topics.trouble());

        look(6, Map.of("t.references", OLD));
        assertEquals("", topics.trouble());
    }

    @Test
    void whatWasGoneAndComesBackAnewIsToldSinceItWasGone() {
        look(0, Map.of("b", OLD, "a", OLD));
        look(2, Map.of("b", GONE, "a", OLD));
        look(4, Map.of("b", NEW, "a", NEW));

        assertEquals(
                "the topic a was deleted and created anew, seen since 1970-01-01T00:00:04Z, and this process holds what stood on the old one: fill the topic, then start this process again; "
                        + "the topic b was deleted and created anew, seen since 1970-01-01T00:00:02Z, and this process holds what stood on the old one: fill the topic, then start this process again",
                topics.trouble());
    }

    @Test
    void aTopicThatMayNotBeSeenIsNoTrouble() {
        look(0, Map.of("t.references", OLD));
        look(2, Map.of());
        look(4, Map.of());

        assertEquals("", topics.trouble());
    }

    private void look(long second, Map<String, Optional<Uuid>> found) {
        now = Instant.ofEpochSecond(second);
        ids = found;
        topics.look();
    }
}
