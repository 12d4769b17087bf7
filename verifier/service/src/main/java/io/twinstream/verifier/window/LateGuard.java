package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Keeps from windows of one size what comes after their grace.
 *
 * <p>Maintainers: the aggregation that follows drops the same, by a time that it forgets when its task moves; then the rest of a
 * closed window would replace it. The task's own time is committed with its offsets.
 */
final class LateGuard extends ContextualFixedKeyProcessor<String, MatchWindow, MatchWindow> {
    private final long sizeMs;
    private final long graceMs;
    private final LongAdder late;

    /**
     * Lets pass what is in time.
     *
     * @param late counts the verdicts that are not
     */
    LateGuard(Duration size, Duration grace, LongAdder late) {
        this.sizeMs = size.toMillis();
        this.graceMs = grace.toMillis();
        this.late = late;
    }

    @Override
    public void process(FixedKeyRecord<String, MatchWindow> record) {
        long startMs = record.value().getStart().toEpochMilli();
        long endMs = startMs - startMs % sizeMs + sizeMs;
        if (endMs + graceMs <= context().currentStreamTimeMs()) {
            late.add(record.value().getVerdicts());
        } else {
            context().forward(record);
        }
    }
}
