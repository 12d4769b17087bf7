package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.record.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries an activation with nothing wrong, and three with a fault across it: a verifier that starts while it is pending, one
 * that is killed between ready and the effective time, and a broker that is away for 20 s. In each, every probe has one
 * verdict, by the version that its append time names and as that version gives it with its gallery, and no verdict differs from
 * the one of the undisturbed run where the same version judged the probe there.
 */
public final class SwapFaults implements AcceptanceCheck {
    private static final double LARGEST_DIFFERENCE = 1e-5;
    /** Number of swaps: each trial changes from one version to one other. */
    private static final int SWAPS = 1;

    @Override
    public Result run(Path folder) throws Exception {
        Images images = Images.read(folder);
        try (Rig rig = new Rig()) {
            SwapTrial.Outcome undisturbed = SwapTrial.run(rig, images, SwapFault.NONE);
            boolean kept = true;
            List<String> figures = new ArrayList<>();
            for (SwapFault fault : SwapFault.values()) {
                SwapTrial.Outcome outcome = fault == SwapFault.NONE ? undisturbed : SwapTrial.run(rig, images, fault);
                List<Verdict> comparable = outcome.verdicts().values().stream()
                        .filter(verdict -> sameVersion(verdict, undisturbed))
                        .toList();
                long different = comparable.stream()
                        .filter(verdict -> !same(verdict, undisturbed.verdicts().get(verdict.getProbeId())))
                        .count();
                kept &= outcome.once() && outcome.alive() && outcome.audit().isClean(SWAPS) && different == 0;
                figures.add(text(outcome, comparable.size(), different));
                System.err.println(figures.get(figures.size() - 1));
            }
            return new Result(kept, String.join("; ", figures));
        }
    }

    private static boolean sameVersion(Verdict verdict, SwapTrial.Outcome undisturbed) {
        Verdict other = undisturbed.verdicts().get(verdict.getProbeId());
        return other != null && other.getModelSha256().equals(verdict.getModelSha256());
    }

    private static boolean same(Verdict one, Verdict other) {
        return one.getOutcome() == other.getOutcome()
                && one.getThreshold() == other.getThreshold()
                && one.getGallerySize() == other.getGallerySize()
                && Math.abs(score(one) - score(other)) <= LARGEST_DIFFERENCE;
    }

    private static double score(Verdict verdict) {
        return verdict.getScore() == null ? -1 : verdict.getScore();
    }

    private static String text(SwapTrial.Outcome outcome, int comparable, long different) {
        return "%s: %d verdicts, %s, %s, %d changes of version in %d partitions, %d by another version than their time's, %d that this version doesn't give, %d of %d other than undisturbed, all answered %.1f s after the fault"
                .formatted(
                        outcome.fault(),
                        outcome.verdicts().size(),
                        outcome.once() ? "one for each probe" : "NOT one for each probe",
                        outcome.alive() ? "verifiers alive" : "a verifier DEAD",
                        outcome.audit().changes(),
                        outcome.audit().partitions(),
                        outcome.audit().wrongVersion(),
                        outcome.audit().wrongVerdict(),
                        different,
                        comparable,
                        outcome.caughtUp());
    }
}
