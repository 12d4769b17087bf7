package io.twinstream.verifier.feed;

import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.VerdictView;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A verdict tail samples the verdicts that come, on a thread of its own, for as long as somebody wants them. It begins
 * with the last few, and skips to the end where it can't keep up. {@link #want} and {@link #take} are for one thread.
 */
public final class VerdictTail implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerdictTail.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final long FIRST = 50;
    private static final long FAR_BEHIND = 20_000;

    private final ServiceThreads threads;
    private final TopicReaderPool readers;
    private final String topic;
    private final RecordDecoder<Verdict> verdicts = new RecordDecoder<>(Verdict.class, "a verdict", log);
    private @Nullable TailReading reading;

    public VerdictTail(ServiceThreads threads, TopicReaderPool readers, Topics topics) {
        this.threads = threads;
        this.readers = readers;
        this.topic = topics.verdicts();
    }

    /** Begins to read, or ends it. */
    public void want(boolean wanted) {
        if (wanted && reading == null) {
            reading = new TailReading();
            reading.thread.start();
        } else if (!wanted && reading != null) {
            reading.stop();
            reading = null;
        }
    }

    /**
     * Returns some of the verdicts that came since the last call, {@value VerdictSample#MOST} at most, oldest first.
     */
    public List<VerdictView> take() {
        return reading == null
                ? List.of()
                : reading.sample.take().stream()
                        .flatMap(record -> verdicts.tryDecode(record, VerdictView::of).stream())
                        .sorted(Comparator.comparingLong(VerdictView::appendedAtMs))
                        .toList();
    }

    @Override
    public void close() {
        want(false);
    }

    /** A reading of the tail lasts from the first listener's coming to the last one's going. */
    private final class TailReading {
        private final VerdictSample sample = new VerdictSample(ThreadLocalRandom.current());
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final TopicReader<String> reader = readers.open(topic);
        private final Thread thread = threads.thread("verdict-tail", this::read);

        void stop() {
            stopped.countDown();
            reader.wakeup();
            try {
                thread.join(STOP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void read() {
            try (reader) {
                long before = FIRST;
                while (stopped.getCount() > 0) {
                    try {
                        follow(before);
                    } catch (WakeupException e) {
                        log.debug("woken to stop");
                    } catch (KafkaException e) {
                        log.warn(
                                "verdicts can't be sampled for listeners now; it is tried again every 2 s: {}",
                                e.getMessage());
                        stopped.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                    }
                    before = 0;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.error(
                        "verdicts are no longer sampled for the event stream until all its listeners have left and one comes again",
                        e);
            }
        }

        private void follow(long before) {
            TopicReader<String>.Tail tail = reader.follow(reader.last(before).from());
            while (stopped.getCount() > 0) {
                tail.poll(POLL).forEach(sample::add);
                tail.skip(FAR_BEHIND);
            }
        }
    }
}
