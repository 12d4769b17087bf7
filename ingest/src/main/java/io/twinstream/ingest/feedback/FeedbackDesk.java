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
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * Takes feedback on verdicts: finds the verdict, then the probe, labels the probe's image and publishes it. One after
 * another on a thread of its own; a few may wait, one more fails at once. For many threads.
 */
public final class FeedbackDesk implements AutoCloseable {
    private static final String NAME = "ingest-feedback";
    private static final int MAX_WAITING = 64;

    private final ServiceThreads threads;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Topics topics;
    private final Duration timeout;
    private final ImagePublisher publisher;
    private final ExecutorService thread;

    FeedbackDesk(
            ServiceThreads threads,
            Supplier<Consumer<String, byte[]>> consumers,
            Topics topics,
            Duration timeout,
            ImagePublisher publisher) {
        this.threads = threads;
        this.consumers = consumers;
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
                () -> TopicConsumer.open(settings),
                CommonSettings.topics(settings),
                IngestSettings.ackTimeout(settings),
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
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            Verdict verdict = new VerdictSearch(new TopicScan(consumer, topics.verdicts(), timeout))
                    .of(probeId)
                    .orElseThrow(() -> new FeedbackException(
                            FeedbackFault.NOT_FOUND,
                            "no verdict of the probe '%s' among the latest %d of each partition"
                                    .formatted(probeId, VerdictSearch.MOST)));
            Probe probe = new ProbeFetch(new TopicScan(consumer, topics.probes(), timeout))
                    .of(verdict)
                    .orElseThrow(() -> new FeedbackException(
                            FeedbackFault.NOT_FOUND,
                            "the probe '%s' is no longer on its topic: send its image to /v1/labelled-images"
                                    .formatted(probeId)));
            return new Labelled(FeedbackLabel.of(feedback, verdict, probe), RecordSerde.content(probe.getImage()));
        }
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
