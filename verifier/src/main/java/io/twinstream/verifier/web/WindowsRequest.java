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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller of {@code GET /v1/match-windows} asks for.
 *
 * @param fold whether all sources are added up
 * @param local whether no other verifier is asked
 */
record WindowsRequest(WindowFilter filter, boolean fold, boolean local) {
    private static final Set<String> NAMES = Set.of("size", "from", "to", "model", "task", "source", "fold", "local");
    private static final int DEFAULT_WINDOWS = 100;

    /**
     * Reads and checks.
     *
     * @param sizes that are counted, one or more
     * @throws BadRequestResponse naming the parameter that is wrong
     */
    static WindowsRequest of(Context ctx, List<Duration> sizes, Clock clock) {
        ctx.queryParamMap().keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new BadRequestResponse("there is no parameter '%s': take one of %s"
                            .formatted(
                                    name,
                                    String.join(", ", NAMES.stream().sorted().toList())));
                });
        long size = number(ctx, "size").orElse(Collections.min(sizes).toMillis());
        if (!sizes.contains(Duration.ofMillis(size))) {
            throw new BadRequestResponse("size must be one of %s, was %d"
                    .formatted(sizes.stream().map(Duration::toMillis).toList(), size));
        }
        Instant now = clock.instant();
        Instant from = number(ctx, "from")
                .map(Instant::ofEpochMilli)
                .orElse(now.minus(Duration.ofMillis(size).multipliedBy(DEFAULT_WINDOWS)));
        Instant to = number(ctx, "to").map(Instant::ofEpochMilli).orElse(now.plusMillis(1));
        if (!from.isBefore(to)) {
            throw new BadRequestResponse("from must be before to, was %s and %s".formatted(from, to));
        }
        WindowFilter filter =
                new WindowFilter(size, from, to, text(ctx, "model"), text(ctx, "task"), text(ctx, "source"));
        filter.task()
                .filter(task -> Arrays.stream(TaskKind.values())
                        .noneMatch(kind -> kind.name().equals(task)))
                .ifPresent(task -> {
                    throw new BadRequestResponse(
                            "task must be one of %s, was '%s'".formatted(List.of(TaskKind.values()), task));
                });
        return new WindowsRequest(filter, flag(ctx, "fold"), flag(ctx, "local"));
    }

    /** The latest windows of a size, for somebody who follows them. */
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
                false);
    }

    /** The query that asks another verifier for the same, of its own windows. */
    String query() {
        StringBuilder query = new StringBuilder("local=true&size=%d&from=%d&to=%d&fold=%b"
                .formatted(
                        filter.sizeMs(),
                        filter.from().toEpochMilli(),
                        filter.to().toEpochMilli(),
                        fold));
        filter.model().ifPresent(model -> append(query, "model", model));
        filter.task().ifPresent(task -> append(query, "task", task));
        filter.source().ifPresent(source -> append(query, "source", source));
        return query.toString();
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static Optional<String> text(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isEmpty());
    }

    private static Optional<Long> number(Context ctx, String name) {
        return text(ctx, name).map(value -> {
            if (!value.matches("[0-9]{1,15}")) {
                throw new BadRequestResponse("%s must be a whole number, was '%s'".formatted(name, value));
            }
            return Long.valueOf(value);
        });
    }

    private static boolean flag(Context ctx, String name) {
        String value = text(ctx, name).orElse("false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new BadRequestResponse("%s must be true or false, was '%s'".formatted(name, value));
        }
        return value.equals("true");
    }
}
