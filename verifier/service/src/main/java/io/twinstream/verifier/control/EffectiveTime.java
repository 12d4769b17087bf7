package io.twinstream.verifier.control;

import io.twinstream.schemas.release.Activated;
import io.twinstream.verifier.control.ControlException.ControlFault;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An effective time says from when a version is to judge.
 *
 * @param delay the delay from the activation's append time, {@link Activated#NOTICE} to {@link #FURTHEST}
 * @param at the time by the brokers' clocks; null if the delay alone counts
 */
public record EffectiveTime(Duration delay, @Nullable Instant at) {
    public static final Duration FURTHEST = Duration.ofDays(365);

    /** This is the soonest time, at which every verifier can know of the activation. */
    public static final EffectiveTime SOONEST = after(Activated.NOTICE);

    /**
     * Checks the delay.
     *
     * @throws ControlException if the delay is out of bounds
     */
    public EffectiveTime {
        if (delay.compareTo(Activated.NOTICE) < 0 || delay.compareTo(FURTHEST) > 0) {
            throw new ControlException(
                    ControlFault.BAD_REQUEST,
                    "an activation takes effect %d s after it is written, so that every verifier knows of it, to %d days after: %s is out of these bounds"
                            .formatted(Activated.NOTICE.toSeconds(), FURTHEST.toDays(), delay));
        }
    }

    public static EffectiveTime after(Duration delay) {
        return new EffectiveTime(delay, null);
    }

    public static EffectiveTime at(Instant time) {
        return new EffectiveTime(Activated.NOTICE, time);
    }

    /** Refuses a time that has passed, that is too soon, or that is more than a year away. */
    void check(Instant now) {
        if (at == null) {
            return;
        }
        if (at.isBefore(now.plus(Activated.NOTICE))) {
            throw new ControlException(
                    ControlFault.BAD_REQUEST,
                    "an activation takes effect %d s from now at the soonest, so that every verifier knows of it: %s is too early, it is %s"
                            .formatted(Activated.NOTICE.toSeconds(), at, now));
        }
        if (at.isAfter(now.plus(FURTHEST))) {
            throw new ControlException(
                    ControlFault.BAD_REQUEST,
                    "an activation takes effect within %d days: %s is later".formatted(FURTHEST.toDays(), at));
        }
    }
}
