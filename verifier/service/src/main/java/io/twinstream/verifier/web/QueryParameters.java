package io.twinstream.verifier.web;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Query parameters are a request's parameters. One that is unknown, given twice or badly formed is answered with 400
 * and a line that says so.
 */
final class QueryParameters {
    /** This is the latest time that can be asked for in milliseconds, in the year 5138. */
    static final long MOST_MS = 99_999_999_999_999L;

    private final Map<String, List<String>> given;

    /**
     * Checks that no other parameter is given, and none twice.
     *
     * @param known every parameter that the request may have
     */
    QueryParameters(Context ctx, String... known) {
        given = ctx.queryParamMap();
        given.forEach((name, values) -> {
            if (!List.of(known).contains(name)) {
                throw new BadRequestResponse("there is no parameter %s; there is %s"
                        .formatted(shown(name), known.length == 0 ? "none" : String.join(", ", known)));
            }
            if (values.isEmpty()) {
                throw new BadRequestResponse(
                        "the parameter %s is no text in the form of addresses: write a percent sign as %%25"
                                .formatted(name));
            }
            if (values.size() > 1) {
                throw new BadRequestResponse("the parameter %s is given %d times".formatted(name, values.size()));
            }
        });
    }

    /** Returns a text as long as an id may be, composed as ids are. */
    Optional<String> text(String name) {
        return text(name, Topics.MAX_ID_LENGTH);
    }

    Optional<String> text(String name, int most) {
        return value(name).map(Ids::normal).map(value -> {
            if (value.length() > most) {
                throw new BadRequestResponse("the parameter %s has at most %d characters".formatted(name, most));
            }
            return value;
        });
    }

    <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        return value(name)
                .map(value -> Arrays.stream(type.getEnumConstants())
                        .filter(each -> each.name().equals(value))
                        .findFirst()
                        .orElseThrow(() -> new BadRequestResponse("the parameter %s must be one of %s"
                                .formatted(name, Arrays.toString(type.getEnumConstants())))));
    }

    Optional<Long> number(String name, long least, long most) {
        return value(name).map(value -> {
            try {
                long number = Long.parseLong(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // The line below says so.
            }
            throw new BadRequestResponse(
                    "the parameter %s must be a whole number from %d to %d".formatted(name, least, most));
        });
    }

    /** Returns a parameter that is {@code true} or {@code false}, and false if it isn't given. */
    boolean flag(String name) {
        return value(name)
                .map(value -> {
                    if (!value.equals("true") && !value.equals("false")) {
                        throw new BadRequestResponse("the parameter %s must be true or false".formatted(name));
                    }
                    return value.equals("true");
                })
                .orElse(false);
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(given.get(name)).map(values -> values.get(0));
    }

    private static String shown(String name) {
        return name.substring(0, Math.min(name.length(), 50));
    }
}
