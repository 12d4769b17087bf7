package io.twinstream.trainer.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.schemas.record.TrainingProgress;
import io.twinstream.schemas.record.TrainingState;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.training.TrainingListener;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class RunReportTest {
    private static final int STEPS = 120;

    private final AtomicLong nanos = new AtomicLong();
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final List<Integer> shown = new ArrayList<>();

    @Test
    void theTopicGetsARecordASecondAndTheLastOneAndTheScreenGetsAll() {
        RunBoard board = new RunBoard();
        board.apply(Records.train("r"));
        RunRecords records = new RunRecords(producer, new Topics("t", 1), board);
        RunReport report = new RunReport(board.find("r").orElseThrow(), Clock.systemUTC());
        TrainingListener writer = report.writer(records, progress -> shown.add(progress.step()), nanos::get);

        for (int step = 1; step <= STEPS; step++) {
            nanos.addAndGet(Duration.ofMillis(100).toNanos());
            writer.onProgress(
                    new TrainingListener.Progress(step, STEPS, 0.5, OptionalDouble.empty(), 100, Duration.ZERO));
        }
        writer.onPhase(TrainingListener.Phase.MEASURE);

        assertEquals(STEPS, shown.size());
        var serde = RecordSerde.of(TrainingProgress.class);
        var sent = producer.history().stream()
                .map(each -> serde.decode(each.value()))
                .toList();
        assertEquals(
                List.of(1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 101, 111, 120),
                sent.stream()
                        .filter(each -> each.getState() == TrainingState.TRAINING)
                        .map(each -> each.getStep())
                        .toList());
        var last = sent.get(sent.size() - 1);
        assertEquals(TrainingState.MEASURING, last.getState());
        assertEquals(STEPS, last.getStep());
        assertEquals(STEPS, last.getSteps(), "as the run said last, not as was asked for");
    }
}
