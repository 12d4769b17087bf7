package io.twinstream.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.twinstream.ingest.image.Pictures;
import io.twinstream.ingest.image.Shrunk;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.ingest.settings.ProbeKey;
import io.twinstream.ingest.settings.SendSettings;
import io.twinstream.ingest.settings.Shrink;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.schemas.topic.ShrunkHeaders;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Puts images on Kafka: it checks them, makes them smaller where their topic wouldn't take them, sends them, and tells when
 * every in-sync replica has them. At most {@code ingest.pending.max.bytes} may wait for acknowledgements; past that a call
 * fails at once. A call holds its thread while images are decoded, and waits for the broker two seconds at most: one for what
 * its topic takes, where that isn't known, and one for where the topic lies. For many threads.
 *
 * <p>A future completes on the producer's own thread, so what depends on it must not block. It fails only with a {@link
 * PublishException}.
 */
public final class ImagePublisher implements AutoCloseable {
    private final RecordSender sender;
    private final SubjectErasure erasure;
    private final SubjectKeys referenceKeys;
    private final SubjectKeys labelKeys;
    private final Topics topics;
    private final Pictures pictures;
    private final TopicLimits limits;
    private final RecordFit fit;
    private final ProbeKey probeKey;
    private final Clock clock;
    private final RecordOutcomes outcomes;
    private final Optional<Duration> answerWithin;
    private final RecordSerde<Probe> probes = RecordSerde.of(Probe.class);
    private final RecordSerde<Reference> references = RecordSerde.of(Reference.class);
    private final RecordSerde<LabelledImage> labelled = RecordSerde.of(LabelledImage.class);

    ImagePublisher(
            RecordSender sender,
            SubjectErasure erasure,
            SubjectKeys referenceKeys,
            SubjectKeys labelKeys,
            Topics topics,
            Pictures pictures,
            TopicLimits limits,
            Shrink shrink,
            int largestRecord,
            ProbeKey probeKey,
            Clock clock,
            RecordOutcomes outcomes) {
        this.sender = sender;
        this.erasure = erasure;
        this.referenceKeys = referenceKeys;
        this.labelKeys = labelKeys;
        this.topics = topics;
        this.pictures = pictures;
        this.limits = limits;
        this.fit = new RecordFit(pictures, limits, shrink, largestRecord);
        this.probeKey = probeKey;
        this.clock = clock;
        this.outcomes = outcomes;
        this.answerWithin = Optional.empty();
        outcomes.pending(sender);
    }

    private ImagePublisher(ImagePublisher other, Duration answerWithin) {
        this.sender = other.sender;
        this.erasure = other.erasure;
        this.referenceKeys = other.referenceKeys;
        this.labelKeys = other.labelKeys;
        this.topics = other.topics;
        this.pictures = other.pictures;
        this.limits = other.limits;
        this.fit = other.fit;
        this.probeKey = other.probeKey;
        this.clock = other.clock;
        this.outcomes = other.outcomes;
        this.answerWithin = Optional.of(answerWithin);
    }

    /**
     * Returns this publisher for callers who wait no longer than this for an image that they send. Its future then fails with
     * {@link PublishFault#UNACKNOWLEDGED}, and the record goes on: it is counted by what becomes of it. Only this publisher
     * needs to be closed.
     */
    public ImagePublisher answeringWithin(Duration limit) {
        return new ImagePublisher(this, limit);
    }

    /** Opens a publisher with a producer of its own; returns before a broker has answered. */
    public static ImagePublisher open(KafkaClients clients, Topics topics, SendSettings settings) {
        return open(
                clients,
                topics,
                settings,
                new ServiceThreads(),
                RecordSender.producer(clients, settings),
                new RecordOutcomes(new CompositeMeterRegistry(), Tracing.off()));
    }

    /** Opens a publisher that traces, and that shows its own metrics and its producer's. */
    public static ImagePublisher open(
            KafkaClients clients,
            Topics topics,
            SendSettings settings,
            ServiceThreads threads,
            ServiceMetrics metrics,
            Tracing tracing) {
        Producer<String, byte[]> producer = RecordSender.producer(clients, settings);
        metrics.producer(producer);
        return open(clients, topics, settings, threads, producer, new RecordOutcomes(metrics.registry(), tracing));
    }

    private static ImagePublisher open(
            KafkaClients clients,
            Topics topics,
            SendSettings settings,
            ServiceThreads threads,
            Producer<String, byte[]> producer,
            RecordOutcomes outcomes) {
        RecordSender sender = new RecordSender(producer, settings.pendingMaxBytes(), settings.ackTimeout());
        return new ImagePublisher(
                sender,
                new SubjectErasure(threads, sender, held -> OpenTransactions.told(clients, held, Duration.ZERO)),
                SubjectKeys.ofReferences(clients, topics.references(), settings.ackTimeout()),
                SubjectKeys.ofLabels(clients, topics.labelledImages(), settings.ackTimeout()),
                topics,
                new Pictures(settings.images()),
                TopicLimits.of(clients),
                settings.shrink(),
                settings.largestRecord(),
                settings.probeKey(),
                Clock.systemUTC(),
                outcomes);
    }

    /** Returns the limits of an image; readers need take in no more of a file than these allow. */
    public ImageLimits limits() {
        return pictures.limits();
    }

    /**
     * Counts a record that an HTTP route or another way in has refused for its image's length, without reading it to its end.
     */
    public void refused(ImageFault fault) {
        outcomes.refused(fault);
    }

    /**
     * Sends a probe after checking the headers of its images. Each call that sends an image throws an {@link
     * InvalidRequestException} if its region has no pixel of it.
     *
     * @return the probe's id, once acknowledged
     * @throws ImageRefusedException if one of its images is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> probe(ProbeRequest request) throws ImageRefusedException {
        List<SentImage> images = new ArrayList<>(List.of(request.image()));
        images.addAll(request.task().images());
        Instant now = clock.instant();
        return publish(new RecordFit.Outgoing(
                topics.probes(),
                probeKey.of(request.probeId(), request.sourceId()),
                request.probeId(),
                images,
                sent -> probes.encode(new Probe(
                        request.probeId(),
                        request.sourceId(),
                        now,
                        sent.get(0).content(),
                        request.task().with(sent.subList(1, sent.size())).record(),
                        sent.get(0).region())),
                pictures::header,
                span -> span.setAttribute(Messaging.PROBE, request.probeId())
                        .setAttribute(Messaging.SOURCE, request.sourceId())));
    }

    /**
     * Enrols an image of a subject under an id that is made from the image, so that enrolling it again changes nothing.
     *
     * @return the reference's id, once acknowledged
     * @throws ImageRefusedException if the image can't be decoded, or is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> enrol(String subjectId, byte[] image) throws ImageRefusedException {
        return enrol(RequestIds.referenceOf(subjectId, image), new SentImage(image));
    }

    /**
     * Enrols an image under the caller's own id. It replaces the reference with that key, if there is one.
     *
     * @return the reference's id, once acknowledged
     * @throws ImageRefusedException if the image can't be decoded, or is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> enrol(ReferenceKey key, SentImage image) throws ImageRefusedException {
        Instant now = clock.instant();
        return publish(new RecordFit.Outgoing(
                topics.references(),
                key.name(),
                key.referenceId(),
                List.of(image),
                sent -> references.encode(new Reference(
                        key.subjectId(),
                        key.referenceId(),
                        now,
                        sent.get(0).content(),
                        sent.get(0).region())),
                pictures::check,
                span -> span));
    }

    /**
     * Sends an image to be learned from. An image sent twice under one label counts as one image for the trainer.
     *
     * @return an id made from the image, once acknowledged
     * @throws ImageRefusedException if the image can't be decoded, or is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> label(Label label, SentImage image) throws ImageRefusedException {
        Instant now = clock.instant();
        return publish(new RecordFit.Outgoing(
                topics.labelledImages(),
                label.key(image.bytes()),
                ReferenceKey.ofImage(label.subjectId(), image.bytes()).referenceId(),
                List.of(image),
                sent -> labelled.encode(new LabelledImage(
                        label.subjectId(),
                        label.sourceId(),
                        now,
                        sent.get(0).content(),
                        label.origin(),
                        label.probeId(),
                        sent.get(0).region())),
                pictures::check,
                span -> span));
    }

    /**
     * Erases one reference, in whatever form its ids were written, as {@link #eraseAll} erases all of a subject: it reads the
     * topic to say whether there is such a reference.
     *
     * @return the number of erased images once all tombstones are acknowledged; 0 if there is no such reference
     * @throws InvalidRequestException if nothing can have been enrolled under these ids
     */
    public CompletableFuture<Erased> erase(String subjectId, String referenceId) {
        String reference = Ids.normal(RequestIds.checkStored("reference id", referenceId));
        return erasure.erase(
                referenceKeys,
                RequestIds.checkStored("subject id", subjectId),
                key -> reference.equals(Ids.normal(key.substring(key.indexOf(ReferenceKey.SLASH) + 1))));
    }

    /**
     * Erases every reference of a subject, in whatever form its id was written, that was on the topic when this was called.
     * Those in open transactions are included and don't come back when the transactions end. A subject whose records behind an
     * open transaction were all erased or aborted may be counted again until the transaction ends. The call reads the whole
     * topic, images included, which takes seconds for each gigabyte of references; at most 16 calls queue up. It may be
     * repeated.
     *
     * @return the number of erased images once all tombstones are acknowledged; 0 if the subject had none
     */
    public CompletableFuture<Erased> eraseAll(String subjectId) {
        return erasure.erase(referenceKeys, RequestIds.checkStored("subject id", subjectId), key -> true);
    }

    /**
     * Erases the images labelled with the subject, those of corrected probes included, as {@link #eraseAll} erases references.
     */
    public CompletableFuture<Erased> eraseLabels(String subjectId) {
        return erasure.erase(labelKeys, RequestIds.checkStored("subject id", subjectId), key -> true);
    }

    /**
     * Appends a record to each partition that images are erased from; throws a KafkaException where {@link RecordSender#touch}
     * does.
     */
    CompletableFuture<Void> tick() {
        return CompletableFuture.allOf(sender.touch(topics.references()), sender.touch(topics.labelledImages()));
    }

    private CompletableFuture<Receipt> publish(RecordFit.Outgoing outgoing) throws ImageRefusedException {
        long began = System.nanoTime();
        try {
            CompletableFuture<Receipt> sent = send(outgoing, fit.of(outgoing));
            return answerWithin
                    .map(limit -> answered(sent, outgoing, limit, began))
                    .orElse(sent);
        } catch (ImageRefusedException e) {
            outcomes.refused(e.fault());
            throw e;
        } catch (Pictures.TooBusyException e) {
            return outcomes.failed(PublishException.busy(String.valueOf(e.getMessage())));
        } catch (PublishException e) {
            return outcomes.failed(e);
        }
    }

    private static CompletableFuture<Receipt> answered(
            CompletableFuture<Receipt> sent, RecordFit.Outgoing outgoing, Duration limit, long beganNanos) {
        long left = limit.toNanos() - (System.nanoTime() - beganNanos);
        return sent.copy()
                .orTimeout(Math.max(0, left), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? PublishException.unanswered(outgoing.topic(), outgoing.id(), limit)
                                : failure));
    }

    private CompletableFuture<Receipt> send(RecordFit.Outgoing outgoing, RecordFit.Images images) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                outgoing.topic(), outgoing.key(), outgoing.encoding().apply(images.images()));
        images.shrunk().forEach((name, shrunk) -> {
            record.headers().add(ShrunkHeaders.of(name), shrunk.header().getBytes(UTF_8));
            outcomes.shrunk();
        });
        String topic = outgoing.topic();
        int bytes = record.value().length;
        Span span = outgoing.attributes().apply(outcomes.begin(record));
        // What waits for the broker must hold no image beside the record's own bytes.
        String id = outgoing.id();
        Map<String, Shrunk> smaller = images.shrunk();
        CompletableFuture<Receipt> sent =
                sender.send(record, metadata -> new Receipt(id, metadata.partition(), metadata.offset(), smaller));
        var unused = sent.whenComplete((receipt, failure) -> {
            if (failure instanceof PublishException e && e.fault() == PublishFault.TOO_LARGE) {
                limits.refused(topic, bytes);
            }
        });
        return outcomes.follow(span, sent, bytes);
    }

    /** Closes the producer after waiting for the pending records, at most for the acknowledgement timeout. */
    @Override
    public void close() {
        erasure.close();
        sender.close();
    }

    /**
     * Tells what the broker has acknowledged.
     *
     * @param id the id of the probe, reference or labelled image
     * @param partition the record's partition on its topic
     * @param offset the record's offset; -1 where the broker doesn't say, as of a record that it had got before
     * @param shrunk the pictures that were made smaller, by their names: {@code image}, or {@code reference} for the one that
     *     a pair is compared with
     */
    public record Receipt(String id, int partition, long offset, Map<String, Shrunk> shrunk) {
        public Receipt {
            shrunk = Map.copyOf(shrunk);
        }
    }

    /**
     * Tells the result of an erasure whose tombstones every in-sync replica has.
     *
     * @param images how many images were erased
     * @param heldBack one line on the open transaction that keeps readers from the tombstones; galleries hold the images until
     *     it ends
     */
    public record Erased(int images, Optional<String> heldBack) {}
}
