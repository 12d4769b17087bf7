package io.twinstream.ingest.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.twinstream.ingest.answer.ProbeWait;
import io.twinstream.ingest.answer.ResultDesk;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.publish.SentImage;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.record.Region;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Serves {@code POST /v1/probes?source=S&task=identify&candidates=3}, also with {@code task=claim&subject=X} or {@code
 * task=pair}. By default the source is {@code http}, the task {@code identify} with one candidate, and {@code id} is random.
 * {@code region=X,Y,WIDTH,HEIGHT} and {@code points=X,Y;X,Y} say what the sender has found in the image, and {@code
 * referenceRegion} and {@code referencePoints} in the one that a pair is compared with. With {@code wait=2s} the answer is the
 * verdict where it comes in that time.
 */
final class ProbeRoute implements Handler {
    static final String PATH = "/v1/probes";

    private static final String SOURCE = "source";
    private static final String ID = "id";
    private static final String TASK = "task";
    private static final String SUBJECT = "subject";
    private static final String CANDIDATES = "candidates";

    private final ImagePublisher publisher;
    private final ResultDesk desk;
    private final RequestImages images;
    private final Acknowledgement acknowledgement;

    ProbeRoute(ImagePublisher publisher, ResultDesk desk, RequestImages images, Acknowledgement acknowledgement) {
        this.publisher = publisher;
        this.desk = desk;
        this.images = images;
        this.acknowledgement = acknowledgement;
    }

    @Override
    public void handle(Context ctx) throws IOException, ImageRefusedException {
        String task =
                ctx.queryParamMap().getOrDefault(TASK, List.of("identify")).get(0);
        switch (task) {
            case "identify" -> {
                RequestQuery query = query(ctx, CANDIDATES);
                send(ctx, query, new ProbeRequest.Task.Identify(query.getInt(CANDIDATES, 1)));
            }
            case "claim" -> {
                RequestQuery query = query(ctx, SUBJECT);
                String subject = query.find(SUBJECT)
                        .orElseThrow(() -> new InvalidRequestException("the task claim needs the parameter subject"));
                send(ctx, query, new ProbeRequest.Task.Claim(subject));
            }
            case "pair" -> {
                RequestQuery query =
                        query(ctx, RequestQuery.REFERENCE_REGION.box(), RequestQuery.REFERENCE_REGION.points());
                Optional<Region> region = query.region(RequestQuery.REGION);
                Optional<Region> referenceRegion = query.region(RequestQuery.REFERENCE_REGION);
                try (RequestImages.HeldImages held = images.pair(ctx.req())) {
                    SentImage reference = SentImage.of(held.images().get(1), referenceRegion);
                    send(ctx, query, SentImage.of(held.image(), region), new ProbeRequest.Task.Pair(reference));
                }
            }
            default ->
                throw new InvalidRequestException("task must be identify, claim or pair, was '%s'".formatted(task));
        }
    }

    private void send(Context ctx, RequestQuery query, ProbeRequest.Task task)
            throws IOException, ImageRefusedException {
        Optional<Region> region = query.region(RequestQuery.REGION);
        try (RequestImages.HeldImages held = images.one(ctx.req())) {
            send(ctx, query, SentImage.of(held.image(), region), task);
        }
    }

    private void send(Context ctx, RequestQuery query, SentImage image, ProbeRequest.Task task)
            throws ImageRefusedException {
        String id = query.get(ID, UUID.randomUUID().toString());
        ProbeRequest request = new ProbeRequest(id, query.get(SOURCE, "http"), image, task);
        Optional<Duration> wait = query.waiting();
        if (wait.isEmpty()) {
            acknowledgement.receipt(ctx, publisher.probe(request));
        } else {
            ProbeWait waiting = desk.expect(request.probeId(), wait.get());
            acknowledgement.verdict(ctx, sent(request, waiting), waiting);
        }
    }

    private CompletableFuture<ImagePublisher.Receipt> sent(ProbeRequest request, ProbeWait waiting)
            throws ImageRefusedException {
        boolean handedOver = false;
        try {
            CompletableFuture<ImagePublisher.Receipt> sent = publisher.probe(request);
            handedOver = true;
            return sent.whenComplete((receipt, failure) -> {
                if (failure == null) {
                    waiting.sent(receipt.partition(), receipt.offset());
                } else {
                    waiting.abandon();
                }
            });
        } finally {
            if (!handedOver) {
                waiting.abandon();
            }
        }
    }

    private static RequestQuery query(Context ctx, String... ofTask) {
        List<String> known = new ArrayList<>(
                List.of(SOURCE, ID, TASK, RequestQuery.WAIT, RequestQuery.REGION.box(), RequestQuery.REGION.points()));
        known.addAll(List.of(ofTask));
        return RequestQuery.of(ctx.queryParamMap(), known);
    }
}
