package io.twinstream.ingest.feedback;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.Label;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.TopicConsumer;
import io.twinstream.ingest.publish.TopicScan;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.OpenTransactions;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes feedback on verdicts: finds the verdict, then the probe, labels the probe's image and publishes it. One after
 * another on a thread of its own; a few may wait, one more fails at once. For many threads.
 */
public final class FeedbackDesk implements AutoCloseable {
    private static final String NAME = "ingest-feedback";
    private static final int MAX_WAITING = 64;

    /** Younger transactions are those that verdicts are written in. */
    private static final Duration LONG_OPEN = Duration.ofSeconds(2);

    private final ServiceThreads threads;
    private final Function<IsolationLevel, Consumer<String, byte[]>> consumers;
    private final Function<TopicPartition, Optional<String>> transactions;
    private final Topics topics;
    private final Duration timeout;
    private final ImagePublisher publisher;
    private final ExecutorService thread;

    FeedbackDesk(
            ServiceThreads threads,
            Function<IsolationLevel, Consumer<String, byte[]>> consumers,
            Function<TopicPartition, Optional<String>> transactions,
            Topics topics,
            Duration timeout,
            ImagePublisher publisher) {
        this.threads = threads;
        this.consumers = consumers;
        this.transactions = transactions;
        this.topics = topics;
        this.timeout = timeout;
        this.publisher = publisher;
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads.daemons(NAME));
    }

    /** A desk that reads with consumers of its own, one for each call. */
    public static FeedbackDesk open(Settings settings, ServiceThreads threads, ImagePublisher publisher) {
        return new FeedbackDesk(
                threads,
                isolation -> TopicConsumer.open(settings, isolation),
                partition -> OpenTransactions.told(settings.kafka(), List.of(partition), LONG_OPEN),
                CommonSettings.topics(settings),
                settings.millis(IngestSettings.ACK_TIMEOUT_MS),
                publisher);
    }

    /**
     * Publishes the probe's image under the label that the feedback gives it. May be repeated: of the labels of one probe the
     * latest holds.
     *
     * @return the label, once acknowledged; fails with a {@link FeedbackException} or a {@link PublishException}
     */
    public CompletableFuture<Label> take(String probeId, Feedback feedback) {
        CompletableFuture<Label> taken = new CompletableFuture<>();
        try {
            var unused = CompletableFuture.supplyAsync(threads.job(NAME, () -> label(probeId, feedback)), thread)
                    .thenCompose(this::publish)
                    .whenComplete((label, failure) -> {
                        if (failure == null) {
                            taken.complete(label);
                        } else {
                            taken.completeExceptionally(translated(failure));
                        }
                    });
        } catch (RejectedExecutionException e) {
            taken.completeExceptionally(PublishException.busy("too much feedback waits: try again"));
        }
        return taken;
    }

    /** Gives up what waits. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private Labelled label(String probeId, Feedback feedback) {
        try (Consumer<String, byte[]> consumer = consumers.apply(IsolationLevel.READ_COMMITTED)) {
            VerdictSearch search = new VerdictSearch(new TopicScan(consumer, topics.verdicts(), timeout));
            Verdict verdict = search.of(probeId).orElseThrow(() -> noVerdict(search, probeId));
            ProbeFetch fetch = new ProbeFetch(new TopicScan(consumer, topics.probes(), timeout));
            Probe probe = fetch.of(verdict).orElseThrow(() -> noProbe(fetch, verdict));
            return new Labelled(FeedbackLabel.of(feedback, verdict, probe), RecordSerde.content(probe.getImage()));
        }
    }

    private RuntimeException noVerdict(VerdictSearch search, String probeId) {
        try (Consumer<String, byte[]> uncommitted = consumers.apply(IsolationLevel.READ_UNCOMMITTED)) {
            return search.pending(new TopicScan(uncommitted, topics.verdicts(), timeout), probeId)
                    .<RuntimeException>map(
                            partition -> held("the verdict of the probe '%s'".formatted(probeId), partition))
                    .orElseGet(() -> new FeedbackException(
                            FeedbackFault.NOT_FOUND,
                            "no verdict of the probe '%s' among the latest %d of each partition"
                                    .formatted(probeId, VerdictSearch.MOST)));
        }
    }

    private RuntimeException noProbe(ProbeFetch fetch, Verdict verdict) {
        TopicPartition partition = fetch.partition(verdict);
        try (Consumer<String, byte[]> uncommitted = consumers.apply(IsolationLevel.READ_UNCOMMITTED)) {
            return fetch.isPending(verdict, uncommitted.endOffsets(List.of(partition), timeout))
                    ? held("the probe '%s'".formatted(verdict.getProbeId()), partition)
                    : new FeedbackException(
                            FeedbackFault.NOT_FOUND,
                            "the probe '%s' is no longer on its topic: send its image to /v1/labelled-images"
                                    .formatted(verdict.getProbeId()));
        }
    }

    private PublishException held(String what, TopicPartition partition) {
        return PublishException.held(
                what + " is not committed yet: " + transactions.apply(partition).orElse("try again"));
    }

    private CompletableFuture<Label> publish(Labelled labelled) {
        try {
            return publisher.label(labelled.label(), labelled.image()).thenApply(id -> labelled.label());
        } catch (ImageRefusedException e) {
            throw new FeedbackException(FeedbackFault.IMAGE_REFUSED, e.reason());
        }
    }

    private Throwable translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof FeedbackException ? cause : PublishException.of(topics.verdicts(), cause, false);
    }

    private record Labelled(Label label, byte[] image) {}
}
