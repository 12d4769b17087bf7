package io.twinstream.ingest.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.publish.ProbeTask;
import io.twinstream.schemas.image.ImageRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * {@code POST /v1/probes?source=S&task=identify&candidates=3}, {@code task=claim&subject=X} or {@code task=pair}.
 * Defaults: source {@code http}, task {@code identify}, one candidate, a random {@code id}.
 */
final class ProbeRoute implements Handler {
    static final String PATH = "/v1/probes";

    private static final String SOURCE = "source";
    private static final String ID = "id";
    private static final String TASK = "task";
    private static final String SUBJECT = "subject";
    private static final String CANDIDATES = "candidates";

    private final ImagePublisher publisher;
    private final RequestImages images;
    private final Acknowledgement acknowledgement;

    ProbeRoute(ImagePublisher publisher, Acknowledgement acknowledgement) {
        this.publisher = publisher;
        this.images = new RequestImages(publisher);
        this.acknowledgement = acknowledgement;
    }

    @Override
    public void handle(Context ctx) throws IOException, ImageRefusedException {
        acknowledgement.accept(ctx, publisher.probe(request(ctx)), id -> Map.of(ID, id));
    }

    private ProbeRequest request(Context ctx) throws IOException, ImageRefusedException {
        String task =
                ctx.queryParamMap().getOrDefault(TASK, List.of("identify")).get(0);
        return switch (task) {
            case "identify" -> {
                Query query = query(ctx, CANDIDATES);
                yield request(ctx, query, new ProbeTask.Identify(query.getInt(CANDIDATES, 1)));
            }
            case "claim" -> {
                Query query = query(ctx, SUBJECT);
                String subject = query.find(SUBJECT)
                        .orElseThrow(() -> new InvalidRequestException("the task claim needs the parameter subject"));
                yield request(ctx, query, new ProbeTask.Claim(subject));
            }
            case "pair" -> {
                Query query = query(ctx);
                List<byte[]> pair = images.pair(ctx.req());
                yield request(query, pair.get(0), new ProbeTask.Pair(pair.get(1)));
            }
            default ->
                throw new InvalidRequestException("task must be identify, claim or pair, was '%s'".formatted(task));
        };
    }

    private ProbeRequest request(Context ctx, Query query, ProbeTask task) throws IOException, ImageRefusedException {
        return request(query, images.one(ctx.req()), task);
    }

    private static ProbeRequest request(Query query, byte[] image, ProbeTask task) {
        String id = query.get(ID, UUID.randomUUID().toString());
        return new ProbeRequest(id, query.get(SOURCE, "http"), image, task);
    }

    private static Query query(Context ctx, String... ofTask) {
        List<String> known = new ArrayList<>(List.of(SOURCE, ID, TASK));
        known.addAll(List.of(ofTask));
        return Query.of(ctx.queryParamMap(), known);
    }
}
