package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.verifier.stream.ResultTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A verdict counter counts the verdicts of one partition in windows of one size, and passes its counts on once a
 * second, under the verdicts' series, earlier windows first.
 *
 * <p>Maintainers: so everything after this costs the same however many verdicts there are. Every verdict goes to the
 * store, whose cache makes one changelog record of a second's, so a process that dies loses none.
 */
final class VerdictCounter extends ContextualProcessor<byte[], byte[], String, MatchWindow> {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final VerdictDecoder decoder;
    private final long sizeMs;
    private final String storeName;

    /**
     * Creates a processor that has counted nothing yet.
     *
     * @param storeName the name of a store of {@link PendingCounts} under {@link SeriesKey#pending}
     */
    VerdictCounter(VerdictDecoder decoder, Duration size, String storeName) {
        this.decoder = decoder;
        this.sizeMs = size.toMillis();
        this.storeName = storeName;
    }

    @Override
    public void init(ProcessorContext<String, MatchWindow> context) {
        super.init(context);
        context.schedule(INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> passOn());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        // A foreign producer sets the time of its record too, and a window's record has its start as its time.
        long latestMs = Math.min(record.timestamp(), context().currentSystemTimeMs()) + ResultTime.AHEAD.toMillis();
        Verdict verdict = decoder.decode(record.value(), latestMs);
        if (verdict != null) {
            String key = SeriesKey.pending(verdict, sizeMs);
            PendingCounts counts = PendingCounts.of(pending().get(key));
            counts.add(verdict);
            pending().put(key, counts.bytes());
        }
    }

    private void passOn() {
        List<KeyValue<String, byte[]>> counted = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = pending().all()) {
            all.forEachRemaining(counted::add);
        }
        for (KeyValue<String, byte[]> each : counted) {
            String series = SeriesKey.ofPending(each.key);
            long startMs = SeriesKey.startOfPending(each.key);
            MatchWindow.Builder window = window(SeriesKey.parse(series), startMs);
            PendingCounts.of(each.value).fill(window);
            context().forward(new Record<>(series, window.build(), startMs));
            pending().delete(each.key);
        }
    }

    /** Returns a record that names its window and has no counts yet. */
    private MatchWindow.Builder window(SeriesKey series, long startMs) {
        return MatchWindow.newBuilder()
                .setStart(Instant.ofEpochMilli(startMs))
                .setSizeMs(sizeMs)
                .setModelName(series.modelName())
                .setModelVersion(series.modelVersion())
                .setTask(series.task())
                .setSourceId(series.sourceId());
    }

    private KeyValueStore<String, byte[]> pending() {
        return context().getStateStore(storeName);
    }
}
