package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A rate watch looks at a series' share of matches. What is normal is the share of all windows before, which is learned
 * first.
 *
 * <p>Nobody knows a series' normal share, so none is assumed. As long as nothing has changed, a window's verdicts are
 * as good as drawn from all so far, and the number of matches among them has a hypergeometric distribution. Its
 * randomised p-value is uniform and independent of those before (Vovk et al., conformal test martingales), for windows
 * of any size. {@link ChangeDetectors} sums these up. An alarm is raised when the evidence reaches the bound and the
 * share since the change differs by the margin. What is normal is then the verdicts before the change.
 *
 * <p>The alarm is cleared when the latest windows in a row, at least {@value #BACK_WINDOWS} with {@value #LEARNED}
 * verdicts, don't differ from normal (p at least {@value #DIFFERENT}, or by less than the margin) and are
 * {@value #BACK_ODDS} times as likely under the normal share as under the one that raised it. After a day it is cleared
 * anyway, and the share of that time is the new normal.
 */
final class RateWatch {
    /** This is the number of decided verdicts from which on windows are tested. */
    static final long LEARNED = 200;

    static final Duration LONGEST = Duration.ofDays(1);
    private static final int BACK_WINDOWS = 3;
    private static final double BACK_ODDS = 1_000;
    private static final double DIFFERENT = 0.01;

    private final double bound;
    private final double margin;

    /**
     * Creates a watch.
     *
     * @param windowsPerFalseAlarm the least mean number of windows until an alarm where nothing has changed
     * @param margin the least difference of shares that is an alarm
     */
    RateWatch(double windowsPerFalseAlarm, double margin) {
        this.bound = windowsPerFalseAlarm;
        this.margin = margin;
    }

    /**
     * Judges a window.
     *
     * @param part a number uniform from 0 to 1 and independent of the window
     */
    JudgedWindow<RateState> judge(RateState state, MatchWindow window, double part) {
        MatchShare share = new MatchShare(window.getMatches(), window.getMatches() + window.getNonMatches());
        if (share.decided() == 0) {
            return JudgedWindow.quiet(state);
        }
        if (state.alarm() != null) {
            return clear(state, state.alarm(), window, share);
        }
        MatchShare all = state.normal().plus(share);
        if (state.normal().decided() < LEARNED) {
            return JudgedWindow.quiet(new RateState(all, state.detectors(), null));
        }
        return raise(all, state.detectors().next(share, state.normal(), part), window, share);
    }

    private JudgedWindow<RateState> raise(
            MatchShare all, ChangeDetectors detectors, MatchWindow window, MatchShare share) {
        MatchShare drifted = detectors.strongest().since();
        MatchShare normal = all.minus(drifted);
        double evidence = detectors.evidence();
        if (evidence < bound || !differ(drifted, normal)) {
            return JudgedWindow.quiet(new RateState(all, detectors, null));
        }
        AlarmStart raised = AlarmStart.of(window);
        return new JudgedWindow<>(
                new RateState(normal, ChangeDetectors.fresh(), new RateAlarm(raised, drifted, MatchShare.NONE, 0)),
                new AlarmChange(
                        raised,
                        false,
                        share.value(),
                        normal.value(),
                        evidence,
                        bound,
                        "%s verdicts match, %s before".formatted(drifted, normal)));
    }

    private JudgedWindow<RateState> clear(RateState state, RateAlarm alarm, MatchWindow window, MatchShare share) {
        MatchShare normal = state.normal();
        MatchShare back = alarm.back().plus(share);
        double odds = Math.exp(back.logOdds(normal, alarm.drifted()));
        if (AlarmStart.of(window).atMs() - alarm.raised().atMs() >= LONGEST.toMillis()) {
            String reason = "%s verdicts matched before, but others do for %d h: that is normal from now on"
                    .formatted(normal, LONGEST.toHours());
            return new JudgedWindow<>(RateState.FRESH, cleared(alarm, share, normal, odds, reason));
        }
        if (back.among(normal).twoSided() < DIFFERENT && differ(back, normal)) {
            return JudgedWindow.quiet(with(state, new RateAlarm(alarm.raised(), alarm.drifted(), MatchShare.NONE, 0)));
        }
        int windows = alarm.backWindows() + 1;
        if (windows < BACK_WINDOWS || back.decided() < LEARNED || odds < BACK_ODDS) {
            return JudgedWindow.quiet(with(state, new RateAlarm(alarm.raised(), alarm.drifted(), back, windows)));
        }
        String reason = "%s verdicts match again, %s before".formatted(back, normal);
        return new JudgedWindow<>(
                new RateState(normal, ChangeDetectors.fresh(), null), cleared(alarm, share, normal, odds, reason));
    }

    private static AlarmChange cleared(
            RateAlarm alarm, MatchShare share, MatchShare normal, double odds, String reason) {
        return new AlarmChange(alarm.raised(), true, share.value(), normal.value(), odds, BACK_ODDS, reason);
    }

    private static RateState with(RateState state, RateAlarm alarm) {
        return new RateState(state.normal(), state.detectors(), alarm);
    }

    private boolean differ(MatchShare one, MatchShare other) {
        return Math.abs(one.value() - other.value()) >= margin;
    }

    /**
     * The state is what is known of a series' share of matches.
     *
     * @param normal all verdicts so far, or while an alarm is raised those before the change
     * @param detectors the detectors, which are fresh while an alarm is raised
     * @param alarm the raised alarm; null while none is raised
     */
    record RateState(
            MatchShare normal,
            ChangeDetectors detectors,
            @Nullable RateAlarm alarm) {
        static final RateState FRESH = new RateState(MatchShare.NONE, ChangeDetectors.fresh(), null);
    }

    /**
     * A rate alarm is a raised alarm about a share of matches, with the verdicts that speak for and against it.
     *
     * @param drifted the verdicts that raised the alarm
     * @param back the latest verdicts, as long as they look normal
     * @param backWindows the number of windows of these verdicts
     */
    record RateAlarm(AlarmStart raised, MatchShare drifted, MatchShare back, int backWindows) {}
}
