package io.twinstream.verifier.lookahead;

import io.twinstream.verifier.decode.Picture;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.lookahead.ProbeReader.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Embeds a probe together with those that are known to follow it. {@link #remember} sees every poll, {@link #prepare}
 * every record that Streams processes; both on the same stream thread, so nothing is locked. One call costs at most one
 * batch and starts no read after a second, and no record is held back: whatever is known or forgotten, every answer is the same, only sooner or later.
 */
public final class LookAhead {
    /** A record that is in the batch. */
    private record Batched(TopicPartition partition, long offset, byte @Nullable [] value, Reading reading) {}

    /** An image of the largest size takes most of a second: a batch of them would outlast the transaction. */
    private static final long READING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProbeReader reader;
    private final EmbedBatch batch;
    private final BatchStatistics statistics;
    private final PolledProbes polled;
    private final PreparedProbes ready = new PreparedProbes();
    private final List<Batched> batched = new ArrayList<>();
    private final LongSupplier nanoTime;
    private long startNanos;

    LookAhead(String topic, ProbeReader reader, EmbedBatch batch, BatchStatistics statistics, LongSupplier nanoTime) {
        this.polled = new PolledProbes(topic);
        this.reader = reader;
        this.batch = batch;
        this.statistics = statistics;
        this.nanoTime = nanoTime;
    }

    void remember(ConsumerRecords<byte[], byte[]> records) {
        polled.remember(records);
    }

    /** The embeddings of this record's images, or why there are none. */
    public Prepared prepare(TopicPartition partition, long offset, byte @Nullable [] value) {
        polled.passed(partition, offset);
        Prepared known = ready.take(partition, offset, value);
        statistics.probe(known != null);
        if (known != null) {
            return known;
        }
        startNanos = nanoTime.getAsLong();
        add(new Batched(partition, offset, value, reader.read(value)));
        polled.drain(partition, this::tryAdd);
        embed();
        Prepared own = ready.take(partition, offset, value);
        if (own == null) {
            throw new IllegalStateException("a batch has lost the record that it was made for");
        }
        return own;
    }

    /** Drops what is known of a partition that is no longer this thread's. */
    public void forget(TopicPartition partition) {
        polled.forget(partition);
        ready.forget(partition);
    }

    /** Takes a record into the batch unless its images, two at most, may not fit or reading has taken too long. */
    private boolean tryAdd(ConsumerRecord<byte[], byte[]> record) {
        if (batch.free() < 2 || nanoTime.getAsLong() - startNanos > READING_NANOS) {
            return false;
        }
        add(new Batched(
                new TopicPartition(record.topic(), record.partition()),
                record.offset(),
                record.value(),
                reader.read(record.value())));
        return true;
    }

    private void add(Batched record) {
        for (Picture picture : record.reading().pictures()) {
            batch.add(picture);
        }
        batched.add(record);
    }

    private void embed() {
        List<float[]> embeddings = List.of(batch.run());
        if (!embeddings.isEmpty()) {
            statistics.batch(embeddings.size());
        }
        int next = 0;
        for (Batched record : batched) {
            int images = record.reading().pictures().size();
            ready.put(
                    record.partition(),
                    record.offset(),
                    record.value(),
                    record.reading().prepared(embeddings.subList(next, next + images)));
            next += images;
        }
        batched.clear();
    }
}
