package io.twinstream.verifier.lookahead;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.inference.Models;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.DomainRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tests pictures that a model can't judge in the batches that embed them; the model's domain is that of strokes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckedProbesTest {
    private static final String TOPIC = "probes";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final byte[] STROKES = Probes.strokes();
    private static final byte[] BLANK = Probes.blank();
    private static final byte[] NOISE = Probes.image(1);

    private final ServingModel model =
            ServingModels.under(DomainRule.REFUSE, ServingModels.byDistance(Models.knowing(List.of(picture(STROKES)))));

    @AfterAll
    void close() {
        model.close();
    }

    @Test
    void eachOfABatchHasItsOwnCause() {
        List<byte[]> images = List.of(STROKES, BLANK, NOISE, STROKES, NOISE, BLANK, STROKES);

        List<@Nullable UndecidedCause> causes = causes(images.stream()
                .map(image -> Probes.probe("p", image, new Identify(1)))
                .toList());

        List<@Nullable UndecidedCause> expected = new ArrayList<>();
        for (byte[] image : images) {
            expected.add(image == BLANK ? UndecidedCause.BLANK : image == NOISE ? UndecidedCause.OUT_OF_DOMAIN : null);
        }
        assertEquals(expected, causes);
    }

    @Test
    void ofAPairBothPicturesCountAndWhatIsBlankComesFirst() {
        assertNull(ofPair(STROKES, STROKES));
        assertEquals(UndecidedCause.OUT_OF_DOMAIN, ofPair(STROKES, NOISE));
        assertEquals(UndecidedCause.OUT_OF_DOMAIN, ofPair(NOISE, STROKES));
        assertEquals(UndecidedCause.BLANK, ofPair(STROKES, BLANK));
        assertEquals(UndecidedCause.BLANK, ofPair(BLANK, NOISE));
        assertEquals(UndecidedCause.BLANK, ofPair(NOISE, BLANK));
    }

    @Test
    void aProbeThatIsNotJudgedIsNotSearchedForEither() {
        PreparedProbe.Embedded blank = new PreparedProbe.Embedded(
                Probes.probe("p", BLANK, new Identify(1)),
                List.of(new float[model.embedder().embeddingLength()]),
                UndecidedCause.BLANK);
        LookAheads.OfThread lookAhead = new LookAheads(TOPIC, ImageLimits.DEFAULT, 8).ofThisThread();
        ProbeInFlight probe = lookAhead.probes().turn(PARTITION, 0, new RecordHeaders());

        assertNull(lookAhead.serving().searched(model, probe, blank).found());
    }

    private @Nullable UndecidedCause ofPair(byte[] one, byte[] other) {
        return causes(List.of(Probes.probe("p", one, Probes.pairWith(other)))).get(0);
    }

    /** Polls all before the first is asked for, so that they share a batch. */
    private List<@Nullable UndecidedCause> causes(List<Probe> probes) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            records.add(new ConsumerRecord<>(TOPIC, 0, i, new byte[0], Probes.encode(probes.get(i))));
        }
        LookAheads lookAheads = new LookAheads(TOPIC, ImageLimits.DEFAULT, 16);
        LookAheads.OfThread lookAhead = lookAheads.ofThisThread();
        lookAhead.probes().polled(new ConsumerRecords<>(Map.of(PARTITION, records), Map.of()));
        List<@Nullable UndecidedCause> causes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try (ModelLease lease = ModelChoice.always(model).serving(Instant.EPOCH)) {
                ProbeInFlight probe = lookAhead.probes().turn(PARTITION, record.offset(), record.headers());
                PreparedProbe prepared = lookAhead.serving().prepare(lease, probe, record.value());
                causes.add(
                        assertInstanceOf(PreparedProbe.Embedded.class, prepared).cause());
            }
        }
        assertEquals(1, lookAheads.statistics().batches());
        return causes;
    }

    private static Picture picture(byte[] image) {
        return (Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(image, 1);
    }
}
