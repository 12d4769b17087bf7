package io.twinstream.verifier.drift;

import io.twinstream.schemas.record.MatchWindow;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.verifier.drift.AlarmChange.AlarmStart;
import io.twinstream.verifier.drift.AlarmChange.JudgedWindow;
import io.twinstream.verifier.settings.DomainRule;
import org.jspecify.annotations.Nullable;

/**
 * A domain watch looks at how many of a series' probes are out of the model's domain. What is normal is fixed: one in a
 * thousand of the pictures that a model was trained for is out of it. So nothing has to be learned, and an alarm is
 * raised within the first hundred probes of another kind.
 *
 * <p>The evidence is Page's cumulative sum (Continuous inspection schemes, 1954) of log odds: {@value #MANY} of the
 * probes against {@value #FEW}; a share of 6.6 % or more raises it. An alarm needs {@value #LEAST} probes out of
 * domain, and odds that chance brings about once in a million probes or more rarely. It is cleared when no evidence is
 * left, after 130 probes that are all of the model's kind.
 */
final class DomainWatch {
    /** This is the least number of probes out of domain that is an alarm. */
    static final long LEAST = 20;

    private static final double FEW = 0.01;
    private static final double MANY = 0.2;
    private static final double OUT = Math.log(MANY / FEW);
    private static final double IN = Math.log((1 - MANY) / (1 - FEW));
    private static final double BOUND = Math.log(1e6);

    /** This is the most evidence that is kept, since more would only delay the end of an alarm. */
    private static final double MOST = 2 * BOUND;

    /** Judges a complete window. */
    JudgedWindow<DomainState> judge(DomainState before, MatchWindow window) {
        DomainState after = after(before, window);
        AlarmStart raised = before.alarm();
        if (raised == null) {
            return isRaised(after) ? raise(after, after, window) : JudgedWindow.quiet(after);
        }
        if (after.evidence() > 0 || window.getVerdicts() == 0) {
            return JudgedWindow.quiet(after);
        }
        String reason = "%d of %d probes are of another kind than %s was trained for, as few as it may be"
                .formatted(out(window), window.getVerdicts(), model(window));
        double share = (double) out(window) / window.getVerdicts();
        return new JudgedWindow<>(DomainState.FRESH, new AlarmChange(raised, true, share, FEW, 0, 0, reason));
    }

    /**
     * Looks at a window that still fills, and that is judged again when it is complete, since whoever sends wrong
     * pictures should hear of it soon.
     */
    JudgedWindow<DomainState> early(DomainState before, MatchWindow window) {
        DomainState after = after(before, window);
        return before.alarm() == null && isRaised(after) ? raise(before, after, window) : JudgedWindow.quiet(before);
    }

    private static JudgedWindow<DomainState> raise(DomainState kept, DomainState by, MatchWindow window) {
        AlarmStart raised = AlarmStart.of(window);
        return new JudgedWindow<>(
                new DomainState(kept.evidence(), kept.out(), kept.all(), raised),
                new AlarmChange(
                        raised,
                        false,
                        (double) by.out() / by.all(),
                        FEW,
                        by.evidence(),
                        BOUND,
                        DomainRule.advice(by.out(), by.all(), "probes", model(window))));
    }

    private static boolean isRaised(DomainState state) {
        return state.evidence() >= BOUND && state.out() >= LEAST;
    }

    private static DomainState after(DomainState before, MatchWindow window) {
        long out = out(window);
        double evidence = before.evidence() + out * OUT + (window.getVerdicts() - out) * IN;
        return evidence <= 0
                ? new DomainState(0, 0, 0, before.alarm())
                : new DomainState(
                        Math.min(MOST, evidence),
                        before.out() + out,
                        before.all() + window.getVerdicts(),
                        before.alarm());
    }

    private static long out(MatchWindow window) {
        return window.getUndecided().getOrDefault(UndecidedCause.OUT_OF_DOMAIN.name(), 0L);
    }

    private static String model(MatchWindow window) {
        return window.getModelName() + "/" + window.getModelVersion();
    }

    /**
     * The state is what is known of how many of a series' pictures are of another kind than the model was trained for.
     *
     * @param evidence the evidence that they are more than a few; 0 where nothing speaks for it
     * @param out how many probes were out of the model's domain since the evidence began
     * @param all how many probes there were since then
     * @param alarm the raised alarm; null while none is raised
     */
    record DomainState(
            double evidence, long out, long all, @Nullable AlarmStart alarm) {
        static final DomainState FRESH = new DomainState(0, 0, 0, null);
    }
}
