package io.twinstream.verifier.version;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Broker time is the brokers' time as far as this process can tell: its own clock, corrected by when brokers say they
 * have appended records. Which version serves now depends on the brokers' time, whatever this machine's clock says.
 * Safe for many threads.
 */
public final class BrokerTime {
    /** This is the difference that is ignored, since an acknowledgement takes time and synchronised clocks differ. */
    private static final Duration SAME = Duration.ofSeconds(1);

    private final Clock clock;
    private volatile Duration ahead = Duration.ZERO;

    public BrokerTime(Clock clock) {
        this.clock = clock;
    }

    public Instant now() {
        return clock.instant().plus(ahead);
    }

    /** Notes that a record of this process was appended a moment ago, at this time. */
    public void acknowledged(Instant appendedAt) {
        Duration difference = Duration.between(clock.instant(), appendedAt);
        ahead = difference.abs().compareTo(SAME) > 0 ? difference : Duration.ZERO;
    }

    /** Notes that a record was appended at this time, which is therefore past. */
    void passed(Instant appendedAt) {
        if (appendedAt.isAfter(now())) {
            acknowledged(appendedAt);
        }
    }
}
