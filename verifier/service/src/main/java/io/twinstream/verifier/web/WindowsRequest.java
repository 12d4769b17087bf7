package io.twinstream.verifier.web;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.verifier.window.WindowFilter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A windows request is what a caller of {@code GET /v1/match-windows} asks for.
 *
 * @param fold whether all sources are added up
 * @param counts whether scores and latencies are left out
 * @param local whether no other verifier is asked
 */
record WindowsRequest(WindowFilter filter, boolean fold, boolean counts, boolean local) {
    private static final int DEFAULT_WINDOWS = 100;

    /**
     * Reads and checks a request.
     *
     * @param sizes the sizes that are counted, one or more
     * @throws BadRequestResponse with the name of the parameter that is wrong
     */
    static WindowsRequest of(Context ctx, List<Duration> sizes, Clock clock) {
        QueryParameters query =
                new QueryParameters(ctx, "size", "from", "to", "model", "task", "source", "fold", "counts", "local");
        long size = query.number("size", 1, QueryParameters.MOST_MS)
                .orElse(Collections.min(sizes).toMillis());
        if (!sizes.contains(Duration.ofMillis(size))) {
            throw new BadRequestResponse("the parameter size must be one of %s"
                    .formatted(sizes.stream().map(Duration::toMillis).toList()));
        }
        Instant now = clock.instant();
        Instant from = query.number("from", 0, QueryParameters.MOST_MS)
                .map(Instant::ofEpochMilli)
                .orElse(now.minus(Duration.ofMillis(size).multipliedBy(DEFAULT_WINDOWS)));
        Instant to = query.number("to", 0, QueryParameters.MOST_MS)
                .map(Instant::ofEpochMilli)
                .orElse(now.plusMillis(1));
        if (!from.isBefore(to)) {
            throw new BadRequestResponse("from must be before to, was %s and %s".formatted(from, to));
        }
        WindowFilter filter = new WindowFilter(
                size,
                from,
                to,
                query.text("model"),
                query.word("task", TaskKind.class).map(TaskKind::name),
                query.text("source"));
        return new WindowsRequest(filter, query.flag("fold"), query.flag("counts"), query.flag("local"));
    }

    /** Returns the request for the latest windows of a size, for somebody who follows them. */
    static WindowsRequest latest(
            Duration size, int windows, Optional<String> task, Optional<String> source, Clock clock) {
        Instant now = clock.instant();
        return new WindowsRequest(
                new WindowFilter(
                        size.toMillis(),
                        now.minus(size.multipliedBy(windows)),
                        now.plusMillis(1),
                        Optional.empty(),
                        task,
                        source),
                true,
                false,
                false);
    }

    /** Returns the query that asks another verifier for its own windows of this request. */
    String query() {
        StringBuilder query = new StringBuilder("local=true&size=%d&from=%d&to=%d&fold=%b&counts=%b"
                .formatted(
                        filter.sizeMs(),
                        filter.from().toEpochMilli(),
                        filter.to().toEpochMilli(),
                        fold,
                        counts));
        filter.model().ifPresent(model -> append(query, "model", model));
        filter.task().ifPresent(task -> append(query, "task", task));
        filter.source().ifPresent(source -> append(query, "source", source));
        return query.toString();
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
