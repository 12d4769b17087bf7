package io.twinstream.deploy.cli.training;

import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ThresholdBasis;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.ArrayList;
import java.util.List;

/** Writes what a package's thresholds rest on as lines for people. */
final class ThresholdLines {
    private ThresholdLines() {}

    /** Returns the range of the table, what it rests on, and a warning for each rate that this can't carry. */
    static List<String> of(Manifest manifest) {
        FmrTable table = manifest.fmrTable();
        List<String> lines = new ArrayList<>();
        lines.add("thresholds from an FMR of %s down to %s, which %.0f impostor pairs can carry"
                .formatted(
                        table.highestFmr(),
                        table.lowestFmr(),
                        manifest.evaluation().getOrDefault(ThresholdBasis.IMPOSTOR_PAIRS, 0.0)));
        lines.add(
                "searches keep an FPIR of %s in galleries of at most %d references; among more, a larger share of strangers match somebody"
                        .formatted(
                                VerifierSettings.DEFAULT_FPIR,
                                Thresholds.mostReferences(table, VerifierSettings.DEFAULT_FPIR)));
        ThresholdBasis.of(manifest.evaluation()).map(ThresholdBasis::line).ifPresent(lines::add);
        warnings(manifest).forEach(warning -> lines.add("warning: " + warning));
        return lines;
    }

    static List<String> warnings(Manifest manifest) {
        return ThresholdBasis.of(manifest.evaluation())
                .map(basis -> basis.warnings(manifest.fmrTable()))
                .orElse(List.of());
    }
}
