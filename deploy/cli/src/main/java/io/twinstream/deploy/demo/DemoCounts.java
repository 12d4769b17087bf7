package io.twinstream.deploy.demo;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;

/**
 * Counts verdicts by kind.
 *
 * @param mated verdicts on probes where what is asked is so
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
        return new DemoCounts(
                verdicts + 1,
                mated + (probe.mated() ? 1 : 0),
                matches + (verdict.getOutcome() == Outcome.MATCH ? 1 : 0),
                falseMatches + (probe.isFalseMatch(verdict) ? 1 : 0),
                falseNonMatches + (probe.isFalseNonMatch(verdict) ? 1 : 0),
                undecided + (verdict.getOutcome() == Outcome.UNDECIDED ? 1 : 0),
                outOfDomain + (verdict.getOutOfDomain() ? 1 : 0),
                blank + (Undecided.cause(verdict) == UndecidedCause.BLANK ? 1 : 0));
    }

    public long nonMated() {
        return verdicts - mated;
    }

    /** Returns the share of the verdicts that are matches, 0 to 1; 0 before there is any. */
    public double matchRate() {
        return verdicts == 0 ? 0 : (double) matches / verdicts;
    }
}
