package io.twinstream.ingest.answer;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.twinstream.ingest.settings.AnswerSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells what becomes of probes. It reads the topics of verdicts and dead letters from the first question on, once for all who
 * ask, and holds no thread for who waits. Where verdicts can't be read it answers at once, and says why. For many threads.
 *
 * <p>Answers complete on the thread that reads, or on the one that keeps the time, so what depends on them must not block.
 */
public final class ResultDesk implements AutoCloseable {
    /** The longest time for which a question waits until what was there at the start has been read. */
    private static final Duration CATCH_UP = Duration.ofSeconds(5);

    private static final String STOPS = "the service stops: ask again";
    private static final String CATCHES_UP =
            "verdicts of the time before this service started are still being read: ask again";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long LOOK_MS = 50;

    private final WaitingRoom room;
    private final Function<WaitingRoom, ResultSource> sources;
    private final Supplier<String> silence;
    private final MeterRegistry registry;
    private final DistributionSummary time;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private @Nullable ResultSource source;

    ResultDesk(
            AnswerSettings settings,
            Function<WaitingRoom, ResultSource> sources,
            Supplier<String> silence,
            MeterRegistry registry) {
        this.room = new WaitingRoom(settings.mostWaiting(), settings.maxBytes());
        this.sources = sources;
        this.silence = silence;
        this.registry = registry;
        this.time = Metric.INGEST_ANSWER.histogram(registry);
        Metric.INGEST_WAITING.gauge(registry, room::count);
        // All are registered at the start: Prometheus sees no rise in a series that begins with its first wait.
        List.of(ProbeAnswer.Judged.WORD, ProbeAnswer.Rejected.WORD, ProbeAnswer.Outstanding.WORD)
                .forEach(word -> Metric.INGEST_WAITS.counter(registry, word));
    }

    /**
     * Opens a desk; it connects to no broker before somebody asks.
     *
     * @param silence says in one line why no broker answers, and nothing while one does: reading alone doesn't notice
     */
    public static ResultDesk open(
            KafkaClients clients,
            Topics topics,
            AnswerSettings settings,
            RecentResults recent,
            ServiceThreads threads,
            Supplier<String> silence,
            MeterRegistry registry) {
        return new ResultDesk(
                settings, room -> FollowedResults.start(clients, topics, recent, threads, room), silence, registry);
    }

    /**
     * Begins to wait for the result of a probe that is about to be sent. The caller then says with {@link ProbeWait#sent} or
     * {@link ProbeWait#abandon} what became of the sending.
     *
     * @param wait the longest time
     */
    public ProbeWait expect(String probeId, Duration wait) {
        ResultSource reading = begin();
        long asked = System.nanoTime();
        ProbeWait waiting = room.forRecord(probeId);
        count(waiting);
        waiting.whenOver(answer -> {
            if (!(answer instanceof ProbeAnswer.Outstanding)) {
                time.record((System.nanoTime() - asked) / NANOS_PER_SECOND);
            }
        });
        limit(waiting, wait, reading, () -> unknown(reading));
        return waiting;
    }

    /**
     * Returns the latest result of a probe's id, or its next one if there is none yet and it comes in time.
     *
     * @param wait the longest time, which begins once those results were read that the topics had at the start
     */
    public CompletableFuture<ProbeAnswer> latest(String probeId, Duration wait) {
        ResultSource reading = begin();
        return CompletableFuture.anyOf(reading.caughtUp(), stopped)
                .completeOnTimeout("", trouble(reading).isEmpty() ? CATCH_UP.toMillis() : 0, TimeUnit.MILLISECONDS)
                .thenCompose(done -> {
                    ProbeWait waiting = room.forId(probeId);
                    count(waiting);
                    limit(waiting, wait, reading, () -> reading.caughtUp().isDone() ? unknown(reading) : CATCHES_UP);
                    return waiting.answer();
                });
    }

    /** Begins to read, where nobody has asked yet, and waits until the reading stands at the topics' ends or can't. */
    public Unread awaitReading() throws InterruptedException {
        ResultSource reading = begin();
        long end = System.nanoTime() + CATCH_UP.toNanos();
        while (System.nanoTime() - end < 0 && trouble(reading).isEmpty()) {
            try {
                reading.caughtUp().get(LOOK_MS, TimeUnit.MILLISECONDS);
                return new Unread("", reading.lettersTrouble());
            } catch (TimeoutException e) {
                // Whether there is trouble is looked for again.
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        String trouble = trouble(reading);
        return new Unread(
                trouble.isEmpty() ? "verdicts could not be read within %d s".formatted(CATCH_UP.toSeconds()) : trouble,
                reading.lettersTrouble());
    }

    /**
     * Says what can't be read.
     *
     * @param verdicts one line on why verdicts can't; empty where they can
     * @param deadLetters one line on why dead letters can't; empty where they can
     */
    public record Unread(String verdicts, String deadLetters) {}

    /** Answers all who wait, and whoever asks from now on, without a result. */
    public void endWaits() {
        room.close(STOPS);
        stopped.complete(null);
    }

    @Override
    public void close() {
        endWaits();
        ResultSource reading;
        synchronized (this) {
            reading = source;
        }
        if (reading != null) {
            reading.close();
        }
    }

    private synchronized ResultSource begin() {
        ResultSource reading = source;
        if (reading == null) {
            reading = stopped.isDone() ? new Stopped() : sources.apply(room);
        }
        source = reading;
        return reading;
    }

    /** Counts a wait once it is over. */
    private void count(ProbeWait waiting) {
        waiting.whenOver(
                answer -> Metric.INGEST_WAITS.counter(registry, answer.word()).increment());
    }

    /**
     * Ends a wait at once where nothing can come, and else once its time is over.
     *
     * @param unknown says then why a result may be there all the same; an empty text where none can
     */
    private void limit(ProbeWait waiting, Duration wait, ResultSource reading, Supplier<String> unknown) {
        String trouble = trouble(reading);
        if (!trouble.isEmpty()) {
            waiting.end(trouble);
        } else if (wait.isZero()) {
            waiting.end(unknown.get());
        } else {
            waiting.within(wait, unknown);
        }
    }

    /** Returns why a result can't be known to be missing, or an empty text. */
    private String unknown(ResultSource reading) {
        String trouble = trouble(reading);
        return trouble.isEmpty() ? reading.gap() : trouble;
    }

    private String trouble(ResultSource reading) {
        String trouble = reading.trouble();
        return trouble.isEmpty() ? silence.get() : trouble;
    }

    /** Stands for the reading of a desk that was closed before anybody asked. */
    private record Stopped() implements ResultSource {
        @Override
        public String trouble() {
            return STOPS;
        }

        @Override
        public String lettersTrouble() {
            return STOPS;
        }

        @Override
        public String gap() {
            return "";
        }

        @Override
        public CompletableFuture<Void> caughtUp() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
