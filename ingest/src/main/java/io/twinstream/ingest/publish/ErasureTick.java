package io.twinstream.ingest.publish;

import io.twinstream.schemas.threads.ServiceThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has brokers get on with erasing. They clean closed segments of a topic only, and close one only when something is
 * appended after its time: on a topic that nobody writes to an erased image would stay. So this appends, now and then.
 */
public final class ErasureTick implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ErasureTick.class);
    private final ImagePublisher publisher;
    private final ScheduledExecutorService thread;

    private ErasureTick(ServiceThreads threads, ImagePublisher publisher) {
        this.thread = threads.scheduled("ingest-erasure-tick", 1);
        this.publisher = publisher;
    }

    /** Begins at once, and goes on at this interval. */
    public static ErasureTick start(ServiceThreads threads, ImagePublisher publisher, Duration interval) {
        ErasureTick tick = new ErasureTick(threads, publisher);
        var unused = tick.thread.scheduleWithFixedDelay(tick::append, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return tick;
    }

    private void append() {
        try {
            var unused = publisher.tick().exceptionally(failure -> {
                log.debug("not appended, which the next tick makes up for", failure);
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
