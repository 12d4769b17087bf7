package io.twinstream.ingest.http;

import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.RegionText;
import io.twinstream.schemas.record.Region;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds the query parameters of one request. Each must be known by name and given once, so that a misspelt one is an error. */
final class RequestQuery {
    /** Names the parameters of the region that counts in the probe's, reference's or labelled image. */
    static final RegionText REGION = new RegionText("region", "points");

    /** Names those of the image that a pair's image is compared with. */
    static final RegionText REFERENCE_REGION = new RegionText("referenceRegion", "referencePoints");

    /** Names how long the caller waits for a verdict. */
    static final String WAIT = "wait";

    private static final Pattern TIME = Pattern.compile("([0-9]{1,5})(ms|s)");
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Map<String, String> values = new TreeMap<>();

    private RequestQuery() {}

    static RequestQuery of(Map<String, List<String>> parameters, List<String> known) {
        RequestQuery query = new RequestQuery();
        parameters.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw new InvalidRequestException("unknown parameter '%s', known here are %s"
                        .formatted(name, String.join(", ", new TreeSet<>(known))));
            }
            if (values.isEmpty()) {
                throw new InvalidRequestException(
                        "the parameter %s is no text in the form of addresses: write a percent sign as %%25"
                                .formatted(name));
            }
            if (values.size() != 1) {
                throw new InvalidRequestException("the parameter %s must be given once".formatted(name));
            }
            query.values.put(name, values.get(0));
        });
        return query;
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    String get(String name, String absent) {
        return values.getOrDefault(name, absent);
    }

    /** Returns the region that the two parameters with these names describe, if they are there. */
    Optional<Region> region(RegionText names) {
        return names.read(find(names.box()), find(names.points()));
    }

    /** Returns how long the caller waits for a verdict, if it says so. */
    Optional<Duration> waiting() {
        return find(WAIT).map(text -> {
            Matcher time = TIME.matcher(text);
            if (time.matches()) {
                long number = Long.parseLong(time.group(1));
                Duration wait = time.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
                if (wait.compareTo(LONGEST_WAIT) <= 0) {
                    return wait;
                }
            }
            throw new InvalidRequestException(
                    "wait must be a whole number with ms or s, from 0s to 60s, such as 500ms or 2s, was '%s'"
                            .formatted(text));
        });
    }

    int getInt(String name, int absent) {
        String value = values.get(name);
        if (value == null) {
            return absent;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("%s must be a whole number, was '%s'".formatted(name, value));
        }
    }
}
