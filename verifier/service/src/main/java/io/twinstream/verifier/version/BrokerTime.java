package io.twinstream.verifier.version;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The brokers' time as far as this process can tell: its own clock, corrected by when brokers say they have appended
 * records. What serves now is a question of the brokers' time, whatever this machine's clock says. Safe for many threads.
 */
public final class BrokerTime {
    /** What an acknowledgement may take, and clocks that are kept in step may differ. */
    private static final Duration SAME = Duration.ofSeconds(1);

    private final Clock clock;
    private volatile Duration ahead = Duration.ZERO;

    public BrokerTime(Clock clock) {
        this.clock = clock;
    }

    public Instant now() {
        return clock.instant().plus(ahead);
    }

    /** A record of this process was appended a moment ago, at this time. */
    public void acknowledged(Instant appendedAt) {
        Duration difference = Duration.between(clock.instant(), appendedAt);
        ahead = difference.abs().compareTo(SAME) > 0 ? difference : Duration.ZERO;
    }

    /** A record was appended at this time, which is therefore past. */
    void passed(Instant appendedAt) {
        if (appendedAt.isAfter(now())) {
            acknowledged(appendedAt);
        }
    }
}
