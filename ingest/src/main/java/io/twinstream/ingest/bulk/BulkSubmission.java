package io.twinstream.ingest.bulk;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.Label;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.ingest.publish.RequestIds;
import io.twinstream.ingest.publish.SentImage;
import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.ReferenceKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends many images, and slows down where the broker can't keep up: at most {@value #WINDOW} images wait for their
 * acknowledgement. It ends early only when the broker stays away or refuses the topic. For one thread.
 */
public final class BulkSubmission {
    static final int WINDOW = 256;

    private static final long PAUSE_MS = 20;

    private final ImagePublisher publisher;
    private final Duration patience;
    private final Consumer<BulkOutcome> listener;
    private final Optional<Region> region;

    /**
     * @param patience how long to wait while nothing can be sent
     * @param listener is told each outcome, in the order of the sources, on the caller's thread
     */
    public BulkSubmission(ImagePublisher publisher, Duration patience, Consumer<BulkOutcome> listener) {
        this(publisher, patience, listener, Optional.empty());
    }

    private BulkSubmission(
            ImagePublisher publisher, Duration patience, Consumer<BulkOutcome> listener, Optional<Region> region) {
        this.publisher = publisher;
        this.patience = patience;
        this.listener = listener;
        this.region = region;
    }

    /** Returns a submission that sends each image with this region, as of one picture or of a camera that stands still. */
    public BulkSubmission with(Optional<Region> given) {
        return new BulkSubmission(publisher, patience, listener, given);
    }

    /** Sends each image as a probe with the same task. */
    public BulkSummary probes(ImageSources images, String sourceId, ProbeRequest.Task task)
            throws IOException, InterruptedException {
        return run(images, (image, sent) -> {
            ProbeRequest request = ProbeRequest.of(sourceId, sent, task);
            return () -> publisher.probe(request);
        });
    }

    /** Enrols each image as a reference; the same image enrolled twice is one reference. */
    public BulkSummary references(ImageSources images, Function<NamedImage, String> subject)
            throws IOException, InterruptedException {
        return run(images, (image, sent) -> {
            ReferenceKey key = RequestIds.referenceOf(subject.apply(image), sent.bytes());
            return () -> publisher.enrol(key, sent);
        });
    }

    /** Sends each image as training material, under the subject that it shows. */
    public BulkSummary labelled(ImageSources images, String sourceId, Function<NamedImage, String> subject)
            throws IOException, InterruptedException {
        return run(images, (image, sent) -> {
            Label label = Label.submitted(subject.apply(image), sourceId);
            return () -> publisher.label(label, sent);
        });
    }

    private BulkSummary run(ImageSources images, Preparation preparation) throws IOException, InterruptedException {
        BulkRun run = new BulkRun(preparation);
        return run.finish(images.forEach(run));
    }

    /** A bulk run sends ahead of the acknowledgements and settles them in the order of sending. For one thread. */
    private final class BulkRun implements ImageSources.Visitor {
        private final Preparation preparation;
        private final Deque<Waiting> waiting = new ArrayDeque<>();
        private final List<BulkOutcome.Refused> refused = new ArrayList<>();
        private long sent;
        private long shrunk;
        private @Nullable String aborted;

        BulkRun(Preparation preparation) {
            this.preparation = preparation;
        }

        /** Sends the image once there is room for one more. Returns false if no more can be sent. */
        @Override
        public boolean visit(NamedImage image) throws InterruptedException {
            if (waiting.size() == WINDOW) {
                settleFirst();
            }
            if (aborted == null) {
                waiting.add(new Waiting(image.name(), begin(image)));
            }
            return aborted == null;
        }

        /** Waits for the acknowledgements that are still to come. */
        BulkSummary finish(LeftOut leftOut) throws InterruptedException {
            while (!waiting.isEmpty()) {
                settleFirst();
            }
            return new BulkSummary(sent, shrunk, refused, leftOut.line(), Optional.ofNullable(aborted));
        }

        private CompletableFuture<ImagePublisher.Receipt> begin(NamedImage image) throws InterruptedException {
            try {
                SentImage sent = SentImage.of(image.read(publisher.limits()), region);
                return sendWithPatience(preparation.prepare(image, sent));
            } catch (ImageRefusedException | InvalidRequestException | IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private CompletableFuture<ImagePublisher.Receipt> sendWithPatience(ImageSending sending)
                throws ImageRefusedException, InterruptedException {
            long start = System.nanoTime();
            CompletableFuture<ImagePublisher.Receipt> acknowledged = sending.send();
            while (isBusy(acknowledged) && System.nanoTime() - start < patience.toNanos()) {
                if (waiting.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                } else {
                    settleFirst();
                    start = System.nanoTime();
                }
                acknowledged = sending.send();
            }
            return acknowledged;
        }

        private void settleFirst() throws InterruptedException {
            Waiting first = waiting.remove();
            try {
                settle(new BulkOutcome.Sent(first.name(), first.acknowledged().get()));
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof PublishException failure && failure.fault() != PublishFault.TOO_LARGE) {
                    abort(first.name(), failure);
                } else {
                    settle(new BulkOutcome.Refused(first.name(), reason(cause)));
                }
            }
        }

        private void settle(BulkOutcome outcome) {
            if (outcome instanceof BulkOutcome.Refused refusal) {
                refused.add(refusal);
            } else {
                sent++;
                shrunk += outcome instanceof BulkOutcome.Sent each
                                && !each.receipt().shrunk().isEmpty()
                        ? 1
                        : 0;
            }
            listener.accept(outcome);
        }

        private void abort(String name, PublishException failure) {
            if (aborted == null) {
                aborted = name + ": " + failure.getMessage();
            }
        }

        private static boolean isBusy(CompletableFuture<ImagePublisher.Receipt> acknowledged) {
            if (!acknowledged.isCompletedExceptionally()) {
                return false;
            }
            return acknowledged
                    .handle((id, failure) -> failure instanceof PublishException e && e.fault() == PublishFault.BUSY)
                    .join();
        }

        private static String reason(@Nullable Throwable cause) {
            if (cause instanceof IOException) {
                return "can't be read: " + cause.getMessage();
            }
            return cause == null ? "failed" : ForeignText.line(cause.getMessage());
        }

        private record Waiting(String name, CompletableFuture<ImagePublisher.Receipt> acknowledged) {}
    }

    /** Prepares an image for sending, under ids that stay the same however often it is tried. */
    @FunctionalInterface
    private interface Preparation {
        ImageSending prepare(NamedImage image, SentImage sent);
    }

    /** Sends one image. */
    @FunctionalInterface
    private interface ImageSending {
        CompletableFuture<ImagePublisher.Receipt> send() throws ImageRefusedException;
    }
}
