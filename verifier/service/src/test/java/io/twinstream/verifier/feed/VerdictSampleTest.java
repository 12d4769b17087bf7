package io.twinstream.verifier.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class VerdictSampleTest {
    private final VerdictSample sample = new VerdictSample(new Random(1));

    @Test
    void fewAreKeptAll() {
        add(20);

        assertEquals(20, sample.take().size());
        assertEquals(List.of(), sample.take());
    }

    @Test
    void ofManyAsManyAreKeptFromEachPart() {
        add(100_000);

        List<ConsumerRecord<String, byte[]>> kept = sample.take();

        assertEquals(VerdictSample.MOST, kept.size());
        for (int tenth = 0; tenth < 10; tenth++) {
            long from = tenth * 10_000L;
            long there = kept.stream()
                    .filter(each -> each.offset() >= from && each.offset() < from + 10_000)
                    .count();
            // 50 are expected, with a standard deviation below 7.
            assertTrue(there > 20 && there < 80, there + " of " + tenth);
        }
    }

    private void add(int records) {
        for (int i = 0; i < records; i++) {
            sample.add(new ConsumerRecord<>("verdicts", 0, i, "p", new byte[0]));
        }
    }
}
