package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.Search;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SearchAheadTest {
    private static final TopicPartition FIRST = new TopicPartition("probes", 0);
    private static final TopicPartition SECOND = new TopicPartition("probes", 1);
    private static final byte[] VALUE = {};

    private final ServingModel model = ServingModels.byDistance();
    private final PreparedProbes ready = new PreparedProbes();
    private final AtomicLong nanos = new AtomicLong();
    private final SearchAhead searches = new SearchAhead(ready, nanos::get);
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void probesThatWaitAreSearchedForInTheSamePassAndFindWhatEachFindsAlone() {
        enrol(300);
        List<EmbeddedProbe> probes =
                Stream.of(1, 5, 100, 2).map(most -> asking(new Identify(most))).toList();
        prepared(FIRST, 1, probes.get(1));
        prepared(FIRST, 2, probes.get(2));
        prepared(SECOND, 7, probes.get(3));

        EmbeddedProbe own = searches.searched(model, FIRST, probes.get(0));

        assertEquals(alone(probes.get(0)), search(own));
        assertEquals(alone(probes.get(1)), search(taken(FIRST, 1)));
        assertEquals(alone(probes.get(2)), search(taken(FIRST, 2)));
        assertEquals(alone(probes.get(3)), search(taken(SECOND, 7)));
    }

    @Test
    void whatWasFoundAheadIsWhatStoodThenForASecond() {
        enrol(1);
        EmbeddedProbe first = asking(new Identify(1));
        EmbeddedProbe second = asking(new Identify(1));
        prepared(FIRST, 1, first);
        prepared(FIRST, 2, second);
        searches.searched(model, FIRST, asking(new Identify(1)));
        enrol(1);

        nanos.set(TimeUnit.SECONDS.toNanos(1));
        assertEquals(1, search(searches.searched(model, FIRST, taken(FIRST, 1))).gallerySize());

        nanos.incrementAndGet();
        assertEquals(alone(second), search(searches.searched(model, FIRST, taken(FIRST, 2))));
    }

    @Test
    void otherTasksAndOtherVersionsAreLeftOut() {
        enrol(3);
        prepared(FIRST, 1, asking(new Claim("s1")));
        ready.put(model, FIRST, 2, VALUE, new RejectedProbe("BAD_REQUEST", "why"));
        try (ServingModel other = ServingModels.byDistance()) {
            ready.put(other, SECOND, 1, VALUE, asking(new Identify(1)));

            searches.searched(model, FIRST, asking(new Identify(1)));

            assertNull(taken(FIRST, 1).found());
            assertEquals(new RejectedProbe("BAD_REQUEST", "why"), ready.take(model, FIRST, 2, VALUE));
            assertNull(embedded(ready.take(other, SECOND, 1, VALUE)).found());
        }
        EmbeddedProbe claim = asking(new Claim("s1"));
        assertEquals(claim, searches.searched(model, FIRST, claim));
    }

    @Test
    void aPassTakesNoMoreProbesThanItsWorkAllowsButOne() {
        enrol(20);
        long each = 20L * model.matchFunction().length();
        for (int offset = 1; offset <= 9; offset++) {
            prepared(FIRST, offset, asking(new Identify(1)));
        }

        new SearchAhead(ready, nanos::get, 5 * each + 1).searched(model, FIRST, asking(new Identify(1)));

        assertNotNull(taken(FIRST, 4).found());
        assertNull(taken(FIRST, 5).found());
        EmbeddedProbe own = asking(new Identify(1));
        assertEquals(alone(own), search(new SearchAhead(ready, nanos::get, 1).searched(model, FIRST, own)));
        assertNull(taken(FIRST, 6).found());
    }

    private void enrol(int references) {
        int from = model.gallery().size();
        for (int i = from; i < from + references; i++) {
            model.gallery().put(new ReferenceKey("s" + i, "1"), embedding());
        }
    }

    private EmbeddedProbe asking(Object task) {
        return new EmbeddedProbe(Probes.probe("p", new byte[0], task), List.of(embedding()));
    }

    private float[] embedding() {
        float[] embedding = new float[model.matchFunction().length()];
        for (int d = 0; d < embedding.length; d++) {
            embedding[d] = random.nextFloat();
        }
        return embedding;
    }

    private void prepared(TopicPartition partition, long offset, EmbeddedProbe probe) {
        ready.put(model, partition, offset, VALUE, probe);
    }

    private EmbeddedProbe taken(TopicPartition partition, long offset) {
        return embedded(ready.take(model, partition, offset, VALUE));
    }

    private static EmbeddedProbe embedded(@Nullable Prepared prepared) {
        return (EmbeddedProbe) requireNonNull(prepared);
    }

    private static Search search(EmbeddedProbe probe) {
        return requireNonNull(probe.found()).search();
    }

    private Search alone(EmbeddedProbe probe) {
        int most = ((Identify) probe.probe().getTask()).getCandidates();
        return model.gallery().identify(probe.embeddings().get(0), most);
    }
}
