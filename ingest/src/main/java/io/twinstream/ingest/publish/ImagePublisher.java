package io.twinstream.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.twinstream.ingest.image.Pictures;
import io.twinstream.ingest.image.Shrunk;
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
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Puts images on Kafka: checks them, makes them smaller where their topic wouldn't take them, sends them, and says when every in-sync
 * replica has them. Holds at most
 * {@code ingest.pending.max.bytes} that are not acknowledged: past that a call fails at once. A call holds its thread
 * while images are decoded, and a second at most for the broker. For many threads.
 *
 * <p>A future completes on the producer's own thread: what depends on it must not block. It fails with a {@link
 * PublishException} only.
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
    private final Clock clock;
    private final PublishMetrics metrics;
    private final SendSpans spans;
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
            Clock clock,
            PublishMetrics metrics,
            SendSpans spans) {
        this.sender = sender;
        this.erasure = erasure;
        this.referenceKeys = referenceKeys;
        this.labelKeys = labelKeys;
        this.topics = topics;
        this.pictures = pictures;
        this.limits = limits;
        this.fit = new RecordFit(pictures, limits, shrink, largestRecord);
        this.clock = clock;
        this.metrics = metrics;
        this.spans = spans;
        metrics.pending(sender);
    }

    /** A publisher with a producer of its own; returns before a broker has answered. */
    public static ImagePublisher open(KafkaClients clients, Topics topics, SendSettings settings) {
        return open(
                clients,
                topics,
                settings,
                new ServiceThreads(),
                producer(clients, settings),
                new PublishMetrics(new CompositeMeterRegistry()),
                Tracing.off());
    }

    /** A publisher that shows what it does, and its producer, and traces. */
    public static ImagePublisher open(
            KafkaClients clients,
            Topics topics,
            SendSettings settings,
            ServiceThreads threads,
            ServiceMetrics metrics,
            Tracing tracing) {
        Producer<String, byte[]> producer = producer(clients, settings);
        metrics.producer(producer);
        return open(clients, topics, settings, threads, producer, new PublishMetrics(metrics.registry()), tracing);
    }

    private static Producer<String, byte[]> producer(KafkaClients clients, SendSettings settings) {
        return clients.producer(ProducerSettings.CLIENT_ID, ProducerSettings.of(clients.properties(), settings));
    }

    private static ImagePublisher open(
            KafkaClients clients,
            Topics topics,
            SendSettings settings,
            ServiceThreads threads,
            Producer<String, byte[]> producer,
            PublishMetrics metrics,
            Tracing tracing) {
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
                Clock.systemUTC(),
                metrics,
                new SendSpans(tracing));
    }

    /** What an image may be: readers need take in no more of a file than this allows. */
    public ImageLimits limits() {
        return pictures.limits();
    }

    /** Counts a record that a way in has refused for its image's length, without reading it to its end. */
    public void refused(ImageFault fault) {
        metrics.refused(fault);
    }

    /**
     * Sends a probe, of whose images the headers are checked.
     *
     * @return the probe's id, once acknowledged
     * @throws ImageRefusedException if one of its images is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> probe(ProbeRequest request) throws ImageRefusedException {
        List<byte[]> images = new ArrayList<>(List.of(request.image()));
        images.addAll(request.task().images());
        Instant now = clock.instant();
        return publish(new RecordFit.Outgoing(
                topics.probes(),
                request.sourceId(),
                request.probeId(),
                images,
                sent -> probes.encode(new Probe(
                        request.probeId(),
                        request.sourceId(),
                        now,
                        ByteBuffer.wrap(sent.get(0)),
                        request.task().with(sent.subList(1, sent.size())).record())),
                pictures::header,
                span -> span.setAttribute(Messaging.PROBE, request.probeId())
                        .setAttribute(Messaging.SOURCE, request.sourceId())));
    }

    /**
     * Enrols an image of a subject under an id made from the image, so that enrolling it again changes nothing.
     *
     * @return the reference's id, once acknowledged
     * @throws ImageRefusedException if the image can't be decoded, or is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> enrol(String subjectId, byte[] image) throws ImageRefusedException {
        return enrol(RequestIds.referenceOf(subjectId, image), image);
    }

    /**
     * Enrols an image under the caller's own id; replaces the reference of that key, if there is one.
     *
     * @return the reference's id, once acknowledged
     * @throws ImageRefusedException if the image can't be decoded, or is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> enrol(ReferenceKey key, byte[] image) throws ImageRefusedException {
        Instant now = clock.instant();
        return publish(new RecordFit.Outgoing(
                topics.references(),
                key.name(),
                key.referenceId(),
                List.of(image),
                sent -> references.encode(
                        new Reference(key.subjectId(), key.referenceId(), now, ByteBuffer.wrap(sent.get(0)))),
                pictures::check,
                span -> span));
    }

    /**
     * Sends an image to be learned from. Sent twice under one label it is one image to the trainer.
     *
     * @return an id made from the image, once acknowledged
     * @throws ImageRefusedException if the image can't be decoded, or is not taken; nothing was sent
     */
    public CompletableFuture<Receipt> label(Label label, byte[] image) throws ImageRefusedException {
        Instant now = clock.instant();
        return publish(new RecordFit.Outgoing(
                topics.labelledImages(),
                label.key(image),
                ReferenceKey.ofImage(label.subjectId(), image).referenceId(),
                List.of(image),
                sent -> labelled.encode(new LabelledImage(
                        label.subjectId(),
                        label.sourceId(),
                        now,
                        ByteBuffer.wrap(sent.get(0)),
                        label.origin(),
                        label.probeId())),
                pictures::check,
                span -> span));
    }

    /**
     * Erases one reference, whether or not it is there, in each form that its key may have: as given, composed and decomposed.
     *
     * @return its id, once acknowledged
     * @throws InvalidRequestException if nothing can have been enrolled under these ids
     */
    public CompletableFuture<String> erase(String subjectId, String referenceId) {
        Set<String> subjects = Ids.forms(RequestIds.checkStored("subject id", subjectId));
        Set<String> references = Ids.forms(RequestIds.checkStored("reference id", referenceId));
        try {
            return CompletableFuture.allOf(subjects.stream()
                            .flatMap(subject -> references.stream().map(id -> ReferenceKey.stored(subject, id)))
                            .map(key -> sender.erase(topics.references(), key))
                            .toArray(CompletableFuture<?>[]::new))
                    .thenApply(all -> referenceId);
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(PublishException.of(topics.references(), e, false));
        }
    }

    /**
     * Erases every reference of a subject, in whatever form its id was written, that was on the topic when the call came, those of open transactions included: these don't
     * come back when their transactions end. A subject all of whose records were erased or aborted behind an open transaction may
     * be counted again until it ends. To find them it reads the whole topic,
     * images included, which costs seconds for each gigabyte of gallery; calls queue up, 16 at most. May be repeated.
     *
     * @return what was erased, once all tombstones are acknowledged; none if the subject had none
     */
    public CompletableFuture<Erased> eraseAll(String subjectId) {
        return erasure.erase(referenceKeys, RequestIds.checkStored("subject id", subjectId));
    }

    /** Erases the images labelled with the subject, as {@link #eraseAll} does references; those of corrected probes are among them. */
    public CompletableFuture<Erased> eraseLabels(String subjectId) {
        return erasure.erase(labelKeys, RequestIds.checkStored("subject id", subjectId));
    }

    /** Appends to each partition that images are erased from; throws a KafkaException as {@link RecordSender#touch}. */
    CompletableFuture<Void> tick() {
        return CompletableFuture.allOf(sender.touch(topics.references()), sender.touch(topics.labelledImages()));
    }

    private CompletableFuture<Receipt> publish(RecordFit.Outgoing outgoing) throws ImageRefusedException {
        try {
            return send(outgoing, fit.of(outgoing));
        } catch (ImageRefusedException e) {
            metrics.refused(e.fault());
            throw e;
        } catch (Pictures.TooBusyException e) {
            return metrics.follow(
                    CompletableFuture.failedFuture(PublishException.busy(String.valueOf(e.getMessage()))), 0);
        } catch (PublishException e) {
            return metrics.follow(CompletableFuture.failedFuture(e), 0);
        }
    }

    private CompletableFuture<Receipt> send(RecordFit.Outgoing outgoing, RecordFit.Images images) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                outgoing.topic(), outgoing.key(), outgoing.encoding().apply(images.images()));
        images.shrunk().forEach((name, shrunk) -> {
            record.headers().add(ShrunkHeaders.of(name), shrunk.header().getBytes(UTF_8));
            metrics.shrunk();
        });
        String topic = outgoing.topic();
        int bytes = record.value().length;
        Span span = outgoing.attributes().apply(spans.begin(record));
        CompletableFuture<Receipt> sent = sender.send(record, new Receipt(outgoing.id(), images.shrunk()));
        var unused = sent.whenComplete((receipt, failure) -> {
            if (failure instanceof PublishException e && e.fault() == PublishException.Fault.TOO_LARGE) {
                limits.refused(topic, bytes);
            }
        });
        return SendSpans.follow(span, metrics.follow(sent, bytes));
    }

    /** Waits for what is pending, up to the acknowledgement timeout. */
    @Override
    public void close() {
        erasure.close();
        sender.close();
    }

    /**
     * What the broker has acknowledged.
     *
     * @param id of the probe, reference or image
     * @param shrunk the pictures that were made smaller, by {@code image} or {@code reference}, what a pair is compared with
     */
    public record Receipt(String id, Map<String, Shrunk> shrunk) {
        public Receipt {
            shrunk = Map.copyOf(shrunk);
        }
    }

    /**
     * What became of an erasure whose tombstones every in-sync replica has.
     *
     * @param images how many were erased
     * @param heldBack one line on the open transaction that keeps readers from the tombstones: galleries hold the images until it ends
     */
    public record Erased(int images, Optional<String> heldBack) {}
}
