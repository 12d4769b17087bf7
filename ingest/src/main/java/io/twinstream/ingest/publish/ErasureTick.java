package io.twinstream.ingest.publish;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes brokers go on with erasing, by appending a record to each partition now and then. Brokers clean only closed segments
 * of a topic and close one only when something is appended after its time, so an erased image would stay on a topic that
 * nobody writes to.
 */
public final class ErasureTick implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ErasureTick.class);

    private final ImagePublisher publisher;
    private final ScheduledExecutorService thread;

    private ErasureTick(ServiceThreads threads, ImagePublisher publisher) {
        this.thread = threads.scheduled("ingest-erasure-tick", 1);
        this.publisher = publisher;
    }

    /** Appends at once, and then again after each interval. */
    public static ErasureTick start(ServiceThreads threads, ImagePublisher publisher, Duration interval) {
        ErasureTick tick = new ErasureTick(threads, publisher);
        var unused = tick.thread.scheduleWithFixedDelay(tick::append, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return tick;
    }

    private void append() {
        try {
            var unused = publisher.tick().exceptionally(failure -> {
                log.debug("the tick was not appended, which the next one makes up for", failure);
                return null;
            });
        } catch (KafkaException e) {
            log.debug("no broker says which partitions there are, which the next tick makes up for", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
