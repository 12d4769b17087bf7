package io.twinstream.verifier.lookahead;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.tracing.Tracing;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.lookahead.PreparedProbe.Embedded;
import io.twinstream.verifier.lookahead.PreparedProbe.EmbeddedRegion;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.tracing.ProbeSpan;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SearchAheadTest {
    private static final TopicPartition FIRST = new TopicPartition("probes", 0);
    private static final TopicPartition SECOND = new TopicPartition("probes", 1);
    private static final byte[] VALUE = {};

    private final ServingModel model = ServingModels.byDistance();
    private final ProbesInFlight probes = new ProbesInFlight("probes", Tracing.off(), Clock.systemUTC());
    private final AtomicLong nanos = new AtomicLong();
    private final SearchAhead searches = new SearchAhead(ModelSlot.SERVING, probes, nanos::get);
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void probesThatWaitAreSearchedForInTheSamePassAndFindWhatEachFindsAlone() {
        enrol(300);
        List<Embedded> probes =
                Stream.of(1, 5, 100, 2).map(most -> asking(new Identify(most))).toList();
        prepared(FIRST, 1, probes.get(1));
        prepared(FIRST, 2, probes.get(2));
        prepared(SECOND, 7, probes.get(3));

        Embedded own = searches.searched(model, own(), probes.get(0));

        assertEquals(alone(probes.get(0)), search(own));
        assertEquals(alone(probes.get(1)), search(taken(FIRST, 1)));
        assertEquals(alone(probes.get(2)), search(taken(FIRST, 2)));
        assertEquals(alone(probes.get(3)), search(taken(SECOND, 7)));
    }

    @Test
    void whatWasFoundAheadIsWhatStoodThenForASecond() {
        enrol(1);
        Embedded first = asking(new Identify(1));
        Embedded second = asking(new Identify(1));
        prepared(FIRST, 1, first);
        prepared(FIRST, 2, second);
        searches.searched(model, own(), asking(new Identify(1)));
        enrol(1);

        nanos.set(TimeUnit.SECONDS.toNanos(1));
        assertEquals(1, search(searches.searched(model, own(), taken(FIRST, 1))).gallerySize());

        nanos.incrementAndGet();
        assertEquals(alone(second), search(searches.searched(model, own(), taken(FIRST, 2))));
    }

    @Test
    void otherTasksAndOtherVersionsAreLeftOut() {
        enrol(3);
        prepared(FIRST, 1, asking(new Claim("s1")));
        prepared(model, FIRST, 2, new PreparedProbe.Rejected("BAD_REQUEST", "why"));
        try (ServingModel other = ServingModels.byDistance()) {
            prepared(other, SECOND, 1, asking(new Identify(1)));

            searches.searched(model, own(), asking(new Identify(1)));

            assertNull(taken(FIRST, 1).found());
            assertEquals(new PreparedProbe.Rejected("BAD_REQUEST", "why"), known(model, FIRST, 2));
            assertNull(embedded(known(other, SECOND, 1)).found());
        }
        Embedded claim = asking(new Claim("s1"));
        assertEquals(claim, searches.searched(model, own(), claim));
    }

    @Test
    void aPassTakesNoMoreProbesThanItsWorkAllowsButOne() {
        enrol(20);
        long each = 20L * model.matchFunction().length();
        for (int offset = 1; offset <= 9; offset++) {
            prepared(FIRST, offset, asking(new Identify(1)));
        }

        new SearchAhead(ModelSlot.SERVING, probes, nanos::get, 5 * each + 1)
                .searched(model, own(), asking(new Identify(1)));

        assertNotNull(taken(FIRST, 4).found());
        assertNull(taken(FIRST, 5).found());
        Embedded own = asking(new Identify(1));
        assertEquals(
                alone(own),
                search(new SearchAhead(ModelSlot.SERVING, probes, nanos::get, 1).searched(model, own(), own)));
        assertNull(taken(FIRST, 6).found());
    }

    @Test
    void everyRegionThatCanBeJudgedIsSearchedForInThePass() {
        enrol(30);
        List<EmbeddedRegion> regions =
                List.of(region(null), region(UndecidedCause.BLANK), region(null), region(UndecidedCause.OUT_OF_DOMAIN));
        Embedded own = asking(new Identify(2), regions);
        Embedded other = asking(new Identify(3), regions.subList(1, 3));
        Embedded last = asking(new Identify(1));
        prepared(FIRST, 1, other);
        prepared(FIRST, 2, last);

        Embedded searched = searches.searched(model, own(), own);

        // The model's rule judges what is out of the domain.
        assertEquals(found(regions.get(0), 2), requireNonNull(searched.found()).search(0));
        assertEquals(found(regions.get(2), 2), searched.found().search(1));
        assertEquals(found(regions.get(3), 2), searched.found().search(2));
        assertEquals(found(regions.get(2), 3), search(taken(FIRST, 1)));
        assertEquals(alone(last), search(taken(FIRST, 2)));
    }

    @Test
    void aProbesRegionsCountInTheWorkOfAPass() {
        enrol(20);
        long each = 20L * model.matchFunction().length();
        prepared(FIRST, 1, asking(new Identify(1), List.of(region(null), region(null))));
        prepared(FIRST, 2, asking(new Identify(1)));

        new SearchAhead(ModelSlot.SERVING, probes, nanos::get, 2 * each)
                .searched(model, own(), asking(new Identify(1)));
        assertNull(taken(FIRST, 1).found());

        new SearchAhead(ModelSlot.SERVING, probes, nanos::get, 3 * each)
                .searched(model, own(), asking(new Identify(1)));
        assertNotNull(taken(FIRST, 1).found());
        assertNull(taken(FIRST, 2).found());
    }

    private SearchResult found(EmbeddedRegion region, int most) {
        return model.gallery().identify(region.embedding(), most);
    }

    private EmbeddedRegion region(@Nullable UndecidedCause cause) {
        return new EmbeddedRegion(Region.whole(1, 1), embedding(), cause);
    }

    private static Embedded asking(Object task, List<EmbeddedRegion> regions) {
        return new Embedded(
                Probes.probe("p", new byte[0], task), List.of(regions.get(0).embedding()), null, regions);
    }

    private void enrol(int references) {
        int from = model.gallery().size();
        for (int i = from; i < from + references; i++) {
            model.gallery().put(new ReferenceKey("s" + i, "1"), embedding());
        }
    }

    private Embedded asking(Object task) {
        return new Embedded(Probes.probe("p", new byte[0], task), List.of(embedding()));
    }

    private float[] embedding() {
        float[] embedding = new float[model.matchFunction().length()];
        for (int d = 0; d < embedding.length; d++) {
            embedding[d] = random.nextFloat();
        }
        return embedding;
    }

    /** Returns the probe whose turn it is, which lies before all the others. */
    private ProbeInFlight own() {
        return new ProbeInFlight(FIRST, 0, null, ProbeSpan.NONE);
    }

    private void prepared(TopicPartition partition, long offset, Embedded probe) {
        prepared(model, partition, offset, probe);
    }

    private void prepared(ServingModel by, TopicPartition partition, long offset, PreparedProbe probe) {
        var record = new ConsumerRecord<>(partition.topic(), partition.partition(), offset, VALUE, VALUE);
        probes.polled(new ConsumerRecords<>(Map.of(partition, List.of(record)), Map.of()));
        Predicate<ProbeInFlight> isIt = each -> each.partition().equals(partition) && each.offset() == offset;
        probes.offer(ModelSlot.SERVING, partition, isIt, each -> {
            each.known(ModelSlot.SERVING, by, VALUE, probe);
            return true;
        });
    }

    private Embedded taken(TopicPartition partition, long offset) {
        return embedded(known(model, partition, offset));
    }

    private @Nullable PreparedProbe known(ServingModel by, TopicPartition partition, long offset) {
        return probes.turn(partition, offset, new RecordHeaders()).prepared(ModelSlot.SERVING, by, VALUE);
    }

    private static Embedded embedded(@Nullable PreparedProbe prepared) {
        return (Embedded) requireNonNull(prepared);
    }

    private static SearchResult search(Embedded probe) {
        return requireNonNull(probe.found()).search(0);
    }

    private SearchResult alone(Embedded probe) {
        int most = ((Identify) probe.probe().getTask()).getCandidates();
        return model.gallery().identify(probe.embeddings().get(0), most);
    }
}
