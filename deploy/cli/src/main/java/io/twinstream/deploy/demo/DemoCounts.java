package io.twinstream.deploy.demo;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import org.jspecify.annotations.Nullable;

/**
 * Counts verdicts by kind. A verdict that decides nothing is neither right nor wrong.
 *
 * @param mated verdicts that decide something, on probes where what is asked is so
 * @param matches verdicts that say a match, rightly or not
 * @param undecided verdicts where nothing was compared, or there was nothing to compare with
 * @param outOfDomain verdicts on pictures of another kind than the model was trained for, undecided or not
 * @param blank verdicts on pictures without contrast
 */
public record DemoCounts(
        long verdicts,
        long mated,
        long matches,
        long falseMatches,
        long falseNonMatches,
        long undecided,
        long outOfDomain,
        long blank) {
    static final DemoCounts NONE = new DemoCounts(0, 0, 0, 0, 0, 0, 0, 0);

    DemoCounts plus(DemoProbe probe, Verdict verdict) {
        boolean judged = verdict.getOutcome() != Outcome.UNDECIDED;
        return new DemoCounts(
                verdicts + 1,
                mated + (judged && probe.mated() ? 1 : 0),
                matches + (verdict.getOutcome() == Outcome.MATCH ? 1 : 0),
                falseMatches + (probe.isFalseMatch(verdict) ? 1 : 0),
                falseNonMatches + (judged && probe.isFalseNonMatch(verdict) ? 1 : 0),
                undecided + (judged ? 0 : 1),
                outOfDomain + (verdict.getOutOfDomain() ? 1 : 0),
                blank + (Undecided.cause(verdict) == UndecidedCause.BLANK ? 1 : 0));
    }

    /** Returns how many verdicts decide something. */
    public long judged() {
        return verdicts - undecided;
    }

    /** Returns how many verdicts decide something, on probes where what is asked is not so. */
    public long nonMated() {
        return judged() - mated;
    }

    /** Returns the share of matches among the verdicts that decide something, 0 to 1; null before there is one. */
    public @Nullable Double matchRate() {
        return rate(matches, judged());
    }

    /** Returns the false match rate, 0 to 1; null before there is a verdict that could be one. */
    public @Nullable Double falseMatchRate() {
        return rate(falseMatches, nonMated());
    }

    /** Returns the false non-match rate, 0 to 1; null before there is a verdict that could be one. */
    public @Nullable Double falseNonMatchRate() {
        return rate(falseNonMatches, mated);
    }

    private static @Nullable Double rate(long some, long of) {
        return of == 0 ? null : (double) some / of;
    }
}
