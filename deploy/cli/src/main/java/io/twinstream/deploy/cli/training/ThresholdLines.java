package io.twinstream.deploy.cli.training;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Impostors;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.ArrayList;
import java.util.List;

/** Writes what a package's thresholds rest on as lines for people. */
final class ThresholdLines {
    private ThresholdLines() {}

    /** Returns the range of each table, what it rests on, and a warning for each rate that this can't carry. */
    static List<String> of(Manifest manifest) {
        FmrTable table = manifest.fmrTable();
        List<String> lines = new ArrayList<>();
        lines.add("thresholds from an FMR of %s down to %s, which %.0f impostor pairs can carry"
                .formatted(
                        table.highestFmr(),
                        table.lowestFmr(),
                        manifest.evaluation().getOrDefault(ThresholdBasis.IMPOSTOR_PAIRS, 0.0)));
        lines.add(
                manifest.lookAlikes()
                        .map(lookAlikes -> "thresholds for look-alikes from an FMR of %s down to %s"
                                .formatted(lookAlikes.highestFmr(), lookAlikes.lowestFmr()))
                        .orElse(
                                "no thresholds for look-alikes: the validation images have no groups, or too few pairs in them"));
        lines.add(
                "searches keep an FPIR of %s in galleries of at most %d references%s; among more, a larger share of strangers match somebody"
                        .formatted(
                                VerifierSettings.DEFAULT_FPIR,
                                mostReferences(table),
                                manifest.lookAlikes()
                                        .map(each -> ", or %d that all look like the stranger"
                                                .formatted(mostReferences(each)))
                                        .orElse("")));
        for (Impostors impostors : List.of(Impostors.POOLED, Impostors.LOOK_ALIKES)) {
            ThresholdBasis.of(manifest.evaluation(), impostors)
                    .map(ThresholdBasis::line)
                    .ifPresent(lines::add);
        }
        ThresholdBasis.warnings(manifest).forEach(warning -> lines.add("warning: " + warning));
        return lines;
    }

    private static int mostReferences(FmrTable table) {
        return Thresholds.mostReferences(table, VerifierSettings.DEFAULT_FPIR);
    }
}
