package io.twinstream.ingest.feedback;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.twinstream.ingest.feedback.FeedbackException.FeedbackFault;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.Label;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.SentImage;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.RecordDecoder;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.kafka.TopicUnreadException;
import io.twinstream.schemas.metrics.Metric;
import io.twinstream.schemas.record.LabelOrigin;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes feedback on verdicts: it finds the verdict, then its probe, labels the probe's image and publishes it. Feedback is
 * worked off one by one on a thread of its own; at most {@value #MAX_WAITING} may wait, one more fails at once. What is taken
 * is counted. For many threads.
 */
public final class FeedbackDesk implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FeedbackDesk.class);
    private static final String NAME = "ingest-feedback";
    private static final int MAX_WAITING = 64;
    private static final String WRONG = "wrong";

    private final ServiceThreads threads;
    private final Function<String, TopicReader<String>> readers;
    private final Topics topics;
    private final ImagePublisher publisher;
    private final MeterRegistry registry;
    private final ExecutorService thread;
    private final RecordDecoder<Probe> probes = new RecordDecoder<>(Probe.class, "a probe", log);

    /** @param readers makes a reader of a topic, for one call */
    FeedbackDesk(
            ServiceThreads threads,
            Function<String, TopicReader<String>> readers,
            Topics topics,
            ImagePublisher publisher,
            MeterRegistry registry) {
        this.threads = threads;
        this.readers = readers;
        this.topics = topics;
        this.publisher = publisher;
        this.registry = registry;
        // All are registered at the start: Prometheus sees no rise in a series that begins with its first feedback.
        for (Outcome outcome : Outcome.values()) {
            for (String result : List.of(word(LabelOrigin.CONFIRMED), word(LabelOrigin.CORRECTED), WRONG)) {
                taken(result, outcome);
            }
        }
        this.thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), threads.daemons(NAME));
    }

    /**
     * Opens a desk that reads with new clients for each call.
     *
     * @param timeout how long a call waits for brokers
     */
    public static FeedbackDesk open(
            KafkaClients clients,
            Topics topics,
            Duration timeout,
            ServiceThreads threads,
            ImagePublisher publisher,
            MeterRegistry registry) {
        return new FeedbackDesk(
                threads,
                topic -> TopicReader.of(clients, "twinstream-ingest-feedback", topic, timeout, Map.of()),
                topics,
                publisher,
                registry);
    }

    /**
     * Publishes the probe's image under the label that the feedback gives it, if it gives one. This may be repeated: the
     * latest label of a probe holds. A verdict that is only called wrong is noted in the log. The record goes on with the
     * caller's trace.
     *
     * @return the label once it is acknowledged, or empty where there is none; fails with a {@link FeedbackException} or a {@link PublishException}
     */
    public CompletableFuture<Optional<Label>> take(String probeId, Feedback feedback) {
        CompletableFuture<Optional<Label>> taken = new CompletableFuture<>();
        try {
            var unused = CompletableFuture.supplyAsync(threads.job(NAME, () -> label(probeId, feedback)), thread)
                    .thenCompose(Context.current()
                            .wrapFunction(judged ->
                                    publish(judged.labelled()).thenApply(label -> counted(label, judged.outcome()))))
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

    /** Stops, and gives up the feedback that still waits. */
    @Override
    public void close() {
        thread.shutdownNow();
    }

    private Judged label(String probeId, Feedback feedback) {
        Verdict verdict = verdict(probeId);
        Probe probe = probe(verdict);
        Optional<Labelled> labelled = FeedbackLabel.of(feedback, verdict, probe)
                .map(label -> new Labelled(
                        label,
                        SentImage.of(
                                RecordSerde.content(probe.getImage()), FeedbackLabel.region(label, verdict, probe))));
        if (labelled.isEmpty()) {
            log.info(
                    "the verdict {} on the probe {} from {} by {}/{} is called wrong, and nobody says whom the probe shows",
                    verdict.getOutcome(),
                    ForeignText.value(verdict.getProbeId()),
                    ForeignText.value(verdict.getSourceId()),
                    ForeignText.value(verdict.getModelName()),
                    ForeignText.value(verdict.getModelVersion()));
        }
        return new Judged(verdict.getOutcome(), labelled);
    }

    private Optional<Label> counted(Optional<Label> label, Outcome outcome) {
        taken(label.map(each -> word(each.origin())).orElse(WRONG), outcome).increment();
        return label;
    }

    private Counter taken(String result, Outcome outcome) {
        return Metric.INGEST_FEEDBACK.counter(registry, result, word(outcome));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the verdict as soon as it can be read. If it can't be found, looks whether an open transaction holds it back. */
    private Verdict verdict(String probeId) {
        try (TopicReader<String> reader = readers.apply(topics.verdicts())) {
            VerdictSearch search = new VerdictSearch(reader);
            Optional<Verdict> found = search.of(probeId);
            if (found.isPresent()) {
                return found.get();
            }
            TopicPartition held = search.pending(probeId)
                    .orElseThrow(() -> new FeedbackException(
                            FeedbackFault.NOT_FOUND,
                            "no verdict of the probe '%s' among the latest %d of each partition"
                                    .formatted(probeId, VerdictSearch.MOST)));
            throw TopicUnreadException.held(
                    "the verdict of the probe '%s' is not committed yet".formatted(probeId),
                    reader.told(List.of(held)));
        }
    }

    /**
     * Fetches the probe by the position that the verdict names. A topic that was created anew has another record there, which
     * doesn't count.
     */
    private Probe probe(Verdict verdict) {
        try (TopicReader<String> reader = readers.apply(topics.probes())) {
            return reader.at(new TopicPartition(topics.probes(), verdict.getProbePartition()), verdict.getProbeOffset())
                    .flatMap(probes::tryDecode)
                    .filter(probe -> probe.getProbeId().equals(verdict.getProbeId()))
                    .orElseThrow(() -> new FeedbackException(
                            FeedbackFault.NOT_FOUND,
                            "the probe '%s' is no longer on its topic: send its image to /v1/labelled-images"
                                    .formatted(verdict.getProbeId())));
        }
    }

    private CompletableFuture<Optional<Label>> publish(Optional<Labelled> labelled) {
        if (labelled.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Label label = labelled.get().label();
        try {
            return publisher.label(label, labelled.get().image()).thenApply(id -> Optional.of(label));
        } catch (ImageRefusedException e) {
            throw new FeedbackException(FeedbackFault.IMAGE_REFUSED, e.reason());
        } catch (InvalidRequestException e) {
            // A producer of its own may write a region that lies beside the picture.
            throw new FeedbackException(FeedbackFault.IMAGE_REFUSED, String.valueOf(e.getMessage()));
        }
    }

    private Throwable translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof FeedbackException ? cause : PublishException.of(topics.verdicts(), cause, false);
    }

    /** Holds what the feedback is about, and the image that it labels, if it does. */
    private record Judged(Outcome outcome, Optional<Labelled> labelled) {}

    private record Labelled(Label label, SentImage image) {}
}
