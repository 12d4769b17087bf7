package io.twinstream.verifier.drift;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a series' share of matches.
 *
 * @param normal all verdicts so far; while an alarm is raised, those before the change
 * @param detectors fresh while an alarm is raised
 * @param alarm null while none is
 */
record RateState(
        Share normal, Detectors detectors, @Nullable RateAlarm alarm) {
    static final RateState FRESH = new RateState(Share.NONE, Detectors.fresh(), null);

    /**
     * An alarm that is raised.
     *
     * @param drifted the verdicts that raised it
     * @param back the latest verdicts, as long as they look normal
     * @param backWindows windows of these
     */
    record RateAlarm(Raised raised, Share drifted, Share back, int backWindows) {}
}
