package io.twinstream.verifier.events;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.threads.ServiceThreads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventHubTest {
    private static final EventFilter ALL = new EventFilter(null, null);
    private static final EventFilter CLAIMS = new EventFilter(TaskKind.CLAIM, null);

    private final Counting counting = new Counting();
    private final EventHub hub = new EventHub(new ServiceThreads(), List.of(new Failing(), counting));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void whoComesIsToldAtOnceWhatThereIsThenWhatIsNew() {
        Ear ear = listening(ALL);

        hub.round();

        assertEquals(
                List.of("event: count\ndata: \"now 1\"\n\n", "event: count\ndata: \"news 2\"\n\n", ":\n\n"), ear.heard);
    }

    @Test
    void anErrorEndsTheRoundsInSightOfAll() {
        ServiceThreads threads = new ServiceThreads();
        try (EventHub failing = new EventHub(threads, List.of(new Ending()))) {
            assertTrue(failing.reserve());
            failing.add(new Ear(ALL));
            failing.start();

            await().until(() -> !threads.trouble().isEmpty());
        }
        assertEquals("the thread events was ended by java.lang.AssertionError: lost", threads.trouble());
    }

    @Test
    void whatIsToldIsWorkedOutOnceForEachFilter() {
        listening(ALL);
        listening(ALL);
        listening(CLAIMS);

        hub.round();

        assertEquals(List.of(ALL, CLAIMS), counting.askedForNews);
    }

    @Test
    void nothingIsLookedAtWhileNobodyListens() {
        Ear ear = listening(ALL);
        ear.gone = true;

        hub.round();
        hub.round();

        assertEquals(1, counting.rounds);
        assertEquals(1, counting.pauses);
    }

    @Test
    void thereAreSoManyPlacesAndOneThatIsGivenBackIsFree() {
        assertEquals(
                EventHub.MOST_LISTENERS,
                IntStream.range(0, 100).filter(i -> hub.reserve()).count());

        hub.release();

        assertTrue(hub.reserve());
        assertFalse(hub.reserve());
    }

    @Test
    void closingEndsThoseWhoListenAndTakesNoMore() {
        Ear ear = listening(ALL);

        hub.close();

        assertTrue(ear.gone);
        assertFalse(hub.reserve());
        Ear late = new Ear(ALL);
        hub.add(late);
        assertTrue(late.gone);
    }

    @Test
    void aChangeIsToldOnce() {
        List<Integer> changes = new ArrayList<>();
        ChangeEvents kind = new ChangeEvents("models", changes::size, () -> Optional.of("changed"));
        kind.round();
        kind.round();
        assertEquals(Optional.empty(), kind.news(ALL));

        changes.add(1);
        kind.round();

        assertEquals(Optional.of("changed"), kind.news(ALL));
        kind.round();
        assertEquals(Optional.empty(), kind.news(ALL));
        assertEquals(Optional.of("changed"), kind.current(ALL));
    }

    @Test
    void aSampleOfManyIsSpreadOverAllOfThem() {
        List<Integer> spread =
                VerdictEvents.spread(IntStream.range(0, 100).boxed().toList());

        assertEquals(IntStream.range(0, 20).map(i -> i * 5).boxed().toList(), spread);
        assertEquals(List.of(1, 2), VerdictEvents.spread(List.of(1, 2)));
    }

    private Ear listening(EventFilter filter) {
        Ear ear = new Ear(filter);
        assertTrue(hub.reserve());
        hub.add(ear);
        await().until(() -> !ear.heard.isEmpty());
        return ear;
    }

    private static final class Counting implements EventKind {
        private final List<EventFilter> askedForNews = new ArrayList<>();
        private volatile int rounds;
        private int pauses;

        @Override
        public String name() {
            return "count";
        }

        @Override
        public void round() {
            rounds++;
        }

        @Override
        public void pause() {
            pauses++;
        }

        @Override
        public Optional<?> news(EventFilter filter) {
            askedForNews.add(filter);
            return Optional.of("news " + rounds);
        }

        @Override
        public Optional<?> current(EventFilter filter) {
            return Optional.of("now " + rounds);
        }
    }

    private static final class Failing implements EventKind {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Optional<?> news(EventFilter filter) {
            throw new IllegalStateException("not now");
        }

        @Override
        public Optional<?> current(EventFilter filter) {
            return news(filter);
        }
    }

    private static final class Ending implements EventKind {
        @Override
        public String name() {
            return "ending";
        }

        @Override
        public Optional<?> news(EventFilter filter) {
            throw new AssertionError("lost");
        }

        @Override
        public Optional<?> current(EventFilter filter) {
            return Optional.empty();
        }
    }

    private static final class Ear implements EventListener {
        private final EventFilter filter;
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private volatile boolean gone;

        Ear(EventFilter filter) {
            this.filter = filter;
        }

        @Override
        public EventFilter filter() {
            return filter;
        }

        @Override
        public void send(byte[] frame) {
            heard.add(new String(frame, StandardCharsets.UTF_8));
        }

        @Override
        public boolean gone() {
            return gone;
        }

        @Override
        public void end() {
            gone = true;
        }
    }
}
