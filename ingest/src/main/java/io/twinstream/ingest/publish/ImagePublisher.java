package io.twinstream.ingest.publish;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageHeader;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.metrics.ServiceMetrics;
import io.twinstream.schemas.record.LabelledImage;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.registry.RecordValues;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.OpenTransactions;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.schemas.tracing.Messaging;
import io.twinstream.schemas.tracing.Tracing;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Puts images on Kafka: checks them, sends them, and says when every in-sync replica has them. Holds at most
 * {@code ingest.pending.max.bytes} that are not acknowledged: past that a call fails at once. A call holds its thread for
 * a second at most. For many threads.
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
    private final ImageLimits limits;
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
            ImageLimits limits,
            Clock clock,
            PublishMetrics metrics,
            SendSpans spans) {
        this.sender = sender;
        this.erasure = erasure;
        this.referenceKeys = referenceKeys;
        this.labelKeys = labelKeys;
        this.topics = topics;
        this.limits = limits;
        this.clock = clock;
        this.metrics = metrics;
        this.spans = spans;
        metrics.pending(sender);
    }

    /** A publisher with a producer of its own; returns before a broker has answered. */
    public static ImagePublisher open(Settings settings) {
        return open(
                settings,
                new ServiceThreads(),
                producer(settings),
                new PublishMetrics(new CompositeMeterRegistry()),
                Tracing.off());
    }

    /** A publisher that shows what it does, and its producer, and traces. */
    public static ImagePublisher open(
            Settings settings, ServiceThreads threads, ServiceMetrics metrics, Tracing tracing) {
        Producer<String, byte[]> producer = producer(settings);
        metrics.producer(producer);
        return open(settings, threads, producer, new PublishMetrics(metrics.registry()), tracing);
    }

    private static Producer<String, byte[]> producer(Settings settings) {
        return new KafkaProducer<>(
                ProducerSettings.of(settings),
                new StringSerializer(),
                RecordValues.of(settings).serializer());
    }

    private static ImagePublisher open(
            Settings settings,
            ServiceThreads threads,
            Producer<String, byte[]> producer,
            PublishMetrics metrics,
            Tracing tracing) {
        Topics topics = CommonSettings.topics(settings);
        Duration ackTimeout = IngestSettings.ackTimeout(settings);
        RecordSender sender = new RecordSender(producer, settings.getInt(IngestSettings.PENDING_MAX_BYTES), ackTimeout);
        return new ImagePublisher(
                sender,
                new SubjectErasure(
                        threads, sender, held -> OpenTransactions.told(settings.kafka(), held, Duration.ZERO)),
                SubjectKeys.ofReferences(settings, topics.references(), ackTimeout),
                SubjectKeys.ofLabels(settings, topics.labelledImages(), ackTimeout),
                topics,
                CommonSettings.imageLimits(settings),
                Clock.systemUTC(),
                metrics,
                new SendSpans(tracing));
    }

    /** What an image may be: readers need take in no more of a file than this allows. */
    public ImageLimits limits() {
        return limits;
    }

    /** Counts a record that a way in has refused for its image's length, without reading it to its end. */
    public void refused(ImageFault fault) {
        metrics.refused(fault);
    }

    /**
     * Sends a probe.
     *
     * @return the probe's id, once acknowledged
     * @throws ImageRefusedException if one of its images is not taken; nothing was sent
     */
    public CompletableFuture<String> probe(ProbeRequest request) throws ImageRefusedException {
        check(() -> {
            ImageHeader.of(request.image(), limits);
            request.task().check(limits);
        });
        Probe probe = new Probe(
                request.probeId(),
                request.sourceId(),
                clock.instant(),
                ByteBuffer.wrap(request.image()),
                request.task().record());
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topics.probes(), request.sourceId(), probes.encode(probe));
        Span span = spans.begin(record)
                .setAttribute(Messaging.PROBE, request.probeId())
                .setAttribute(Messaging.SOURCE, request.sourceId());
        return send(record, span, request.probeId());
    }

    /**
     * Enrols an image of a subject under an id made from the image, so that enrolling it again changes nothing.
     *
     * @return the reference's id, once acknowledged
     * @throws ImageRefusedException if the image is not taken; nothing was sent
     */
    public CompletableFuture<String> enrol(String subjectId, byte[] image) throws ImageRefusedException {
        return enrol(ReferenceKey.ofImage(subjectId, image), image);
    }

    /**
     * Enrols an image under the caller's own id; replaces the reference of that key, if there is one.
     *
     * @return the reference's id, once acknowledged
     * @throws ImageRefusedException if the image is not taken; nothing was sent
     */
    public CompletableFuture<String> enrol(ReferenceKey key, byte[] image) throws ImageRefusedException {
        check(() -> ImageHeader.of(image, limits));
        Reference reference =
                new Reference(key.subjectId(), key.referenceId(), clock.instant(), ByteBuffer.wrap(image));
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topics.references(), key.toString(), references.encode(reference));
        return send(record, spans.begin(record), key.referenceId());
    }

    /**
     * Sends an image to be learned from. Sent twice under one label it is one image to the trainer.
     *
     * @return an id made from the image, once acknowledged
     * @throws ImageRefusedException if the image is not taken; nothing was sent
     */
    public CompletableFuture<String> label(Label label, byte[] image) throws ImageRefusedException {
        check(() -> ImageHeader.of(image, limits));
        LabelledImage labelledImage = new LabelledImage(
                label.subjectId(),
                label.sourceId(),
                clock.instant(),
                ByteBuffer.wrap(image),
                label.origin(),
                label.probeId());
        ProducerRecord<String, byte[]> record =
                new ProducerRecord<>(topics.labelledImages(), label.key(image), labelled.encode(labelledImage));
        return send(
                record,
                spans.begin(record),
                ReferenceKey.ofImage(label.subjectId(), image).referenceId());
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
                            .flatMap(subject -> references.stream().map(id -> ReferenceKey.name(subject, id)))
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

    /** The same of the images labelled with the subject, those of probes that were corrected to it included. */
    public CompletableFuture<Erased> eraseLabels(String subjectId) {
        return erasure.erase(labelKeys, RequestIds.checkStored("subject id", subjectId));
    }

    /** Appends to each partition that images are erased from; throws a KafkaException as {@link RecordSender#touch}. */
    CompletableFuture<Void> tick() {
        return CompletableFuture.allOf(sender.touch(topics.references()), sender.touch(topics.labelledImages()));
    }

    private <T> CompletableFuture<T> send(ProducerRecord<String, byte[]> record, Span span, T result) {
        return SendSpans.follow(span, metrics.follow(sender.send(record, result), record.value().length));
    }

    /** Looks at images. */
    private interface ImageCheck {
        void run() throws ImageRefusedException;
    }

    private void check(ImageCheck check) throws ImageRefusedException {
        try {
            check.run();
        } catch (ImageRefusedException e) {
            metrics.refused(e.fault());
            throw e;
        }
    }

    /** Waits for what is pending, up to the acknowledgement timeout. */
    @Override
    public void close() {
        erasure.close();
        sender.close();
    }
}
