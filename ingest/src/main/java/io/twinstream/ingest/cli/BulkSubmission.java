package io.twinstream.ingest.cli;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.Label;
import io.twinstream.ingest.publish.ProbeRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends many images, and slows down where the broker can't keep up: at most {@link BulkRun#WINDOW} images wait for their
 * acknowledgement. It ends early only when the broker stays away or refuses the topic. For one thread.
 */
public final class BulkSubmission {
    private final ImagePublisher publisher;
    private final Duration patience;
    private final Consumer<BulkOutcome> listener;

    /**
     * @param patience how long to wait while nothing can be sent
     * @param listener is told each outcome, in the order of the sources, on the caller's thread
     */
    public BulkSubmission(ImagePublisher publisher, Duration patience, Consumer<BulkOutcome> listener) {
        this.publisher = publisher;
        this.patience = patience;
        this.listener = listener;
    }

    /** Sends each image as a probe with the same task. */
    public BulkSummary probes(ImageSources images, String sourceId, ProbeRequest.Task task)
            throws IOException, InterruptedException {
        return run(images, (image, bytes) -> {
            ProbeRequest request = ProbeRequest.of(sourceId, bytes, task);
            return () -> publisher.probe(request);
        });
    }

    /** Enrols each image as a reference; the same image enrolled twice is one reference. */
    public BulkSummary references(ImageSources images, Function<NamedImage, String> subject)
            throws IOException, InterruptedException {
        return run(images, (image, bytes) -> () -> publisher.enrol(subject.apply(image), bytes));
    }

    /** Sends each image as training material, under the subject that it shows. */
    public BulkSummary labelled(ImageSources images, String sourceId, Function<NamedImage, String> subject)
            throws IOException, InterruptedException {
        return run(images, (image, bytes) -> {
            Label label = Label.submitted(subject.apply(image), sourceId);
            return () -> publisher.label(label, bytes);
        });
    }

    private BulkSummary run(ImageSources images, BulkRun.Preparation preparation)
            throws IOException, InterruptedException {
        BulkRun run = new BulkRun(publisher.limits(), patience, listener, preparation);
        return run.finish(images.forEach(run));
    }
}
