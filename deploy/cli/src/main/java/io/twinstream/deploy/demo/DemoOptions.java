package io.twinstream.deploy.demo;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says what a demo shows.
 *
 * @param images folder of pictures by class; null for drawn characters
 * @param subjects number of people who are enrolled; as many again, or what is left of the folder, are strangers
 * @param perSecond probes a second
 * @param duration time that probes are streamed; null until the demo is stopped
 * @param seed seed of the characters, of who is enrolled and of what happens
 * @param brokerPort port of the broker; 0 for a free one
 */
public record DemoOptions(
        @Nullable Path images,
        int subjects,
        double perSecond,
        @Nullable Duration duration,
        long seed,
        int brokerPort) {
    private static final double MOST_PER_SECOND = 1e6;
    private static final int MOST_PORT = 65_535;

    public DemoOptions {
        if (subjects < 2) {
            throw new IllegalArgumentException("a demo needs two subjects, had " + subjects);
        }
        if (duration != null && (duration.isZero() || duration.isNegative())) {
            throw new IllegalArgumentException(
                    "the duration must be above 0, was %d ms".formatted(duration.toMillis()));
        }
        if (brokerPort < 0 || brokerPort > MOST_PORT) {
            throw new IllegalArgumentException("the port must be 0 to %d, was %d".formatted(MOST_PORT, brokerPort));
        }
        if (!(perSecond > 0 && perSecond <= MOST_PER_SECOND)) {
            throw new IllegalArgumentException(
                    "the rate must be above 0 and at most 1000000 probes a second, was " + perSecond);
        }
    }
}
