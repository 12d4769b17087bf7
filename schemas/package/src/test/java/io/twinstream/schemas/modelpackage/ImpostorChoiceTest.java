package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ImpostorChoiceTest {
    private static final FmrTable POOLED =
            new FmrTable(List.of(new FmrPoint(0.1, 0.5), new FmrPoint(0.01, 0.9), new FmrPoint(0.0005, 0.99)));
    private static final FmrTable LOOK_ALIKES = new FmrTable(List.of(new FmrPoint(0.1, 0.7), new FmrPoint(0.01, 0.95)));

    @Test
    void aPackageFromBeforeIsDecidedByAllImpostorsWhateverIsChosen() {
        Manifest before = manifest(Map.of("eer", 0.02, "fnmr@fmr=0.01.withinGroup", 0.3));

        for (ImpostorChoice choice : ImpostorChoice.values()) {
            assertEquals(Impostors.POOLED, choice.inForce(before));
            assertEquals(POOLED, choice.table(before));
        }
        assertEquals(Set.of(Impostors.POOLED), ImpostorChoice.tables(before).keySet());
    }

    @Test
    void aTableOfLookAlikesIsReadFromTheArchiveAsItWasWritten() throws IOException {
        Manifest read = PackageArchive.read(
                        PackageArchive.write(manifest(measures()), new byte[] {1}, new byte[] {2}), "test")
                .manifest();

        assertEquals(LOOK_ALIKES, read.lookAlikes().orElseThrow());
        assertEquals(Impostors.LOOK_ALIKES, ImpostorChoice.of("hardest").inForce(read));
        assertEquals(Impostors.POOLED, ImpostorChoice.of("pooled").inForce(read));
        assertEquals(POOLED, ImpostorChoice.POOLED.table(read));
        assertEquals(
                List.of(Impostors.LOOK_ALIKES, Impostors.POOLED),
                List.copyOf(ImpostorChoice.tables(read).keySet()));
    }

    @Test
    void theHardestAreNeverDecidedBelowEitherTable() {
        Manifest manifest = manifest(measures());

        FmrTable hardest = ImpostorChoice.HARDEST.table(manifest);

        assertEquals(0.7, hardest.threshold(0.1));
        assertEquals(0.95, hardest.threshold(0.01), 1e-12);
        // Below the end of the look-alikes' table their last threshold counts, and the pooled one where it is higher.
        assertEquals(0.99, hardest.threshold(0.0005), 1e-12);
        assertTrue(hardest.threshold(0.005) >= 0.95);
        FmrTable high = new FmrTable(List.of(new FmrPoint(0.1, 0.995), new FmrPoint(0.05, 0.999)));
        assertEquals(0.999, POOLED.stricter(high).threshold(0.0005), 1e-12);
    }

    @Test
    void eachPrecisionHasItsOwnTable() throws IOException {
        FmrTable ofBytes = new FmrTable(List.of(new FmrPoint(0.1, 0.6), new FmrPoint(0.05, 0.8)));
        Map<String, Double> measures = new TreeMap<>();
        Impostors.putLookAlikes(ofBytes, measures);
        Manifest manifest = manifest(measures());
        Int8Facts int8 = new Int8Facts("MIN_MAX", 0, POOLED, manifest.histograms(), measures, List.of());
        ModelPackage fp32 = PackageArchive.read(PackageArchive.write(manifest, new byte[] {1}, new byte[] {2}), "fp32");

        ModelPackage both = PackageArchive.read(PackageArchive.withInt8(fp32, int8, new byte[] {3}), "both");

        assertEquals(LOOK_ALIKES, both.manifest().lookAlikes().orElseThrow());
        assertEquals(ofBytes, both.at(Precision.INT8).manifest().lookAlikes().orElseThrow());
    }

    @Test
    void aTableThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> manifest(Map.of("threshold@fmr=0.1.withinGroup", 0.5)));
        assertThrows(
                IllegalArgumentException.class,
                () -> manifest(Map.of("threshold@fmr=0.1.withinGroup", 0.5, "threshold@fmr=none.withinGroup", 0.6)));
        assertThrows(
                IllegalArgumentException.class,
                () -> manifest(Map.of("threshold@fmr=0.1.withinGroup", 0.5, "threshold@fmr=0.01.withinGroup", 0.4)));
    }

    @Test
    void aCountThatIsNoneIsRefusedByItsNameBeforeAnybodyListsTheVersion() {
        assertRefused("the measure classes must lie between 0 and 2147483647, was 1.0E300", "classes", 1e300);
        assertRefused("the measure groups must lie between 0 and 2147483647, was NaN", "groups", Double.NaN);
        assertRefused("the measure classPairs.withinGroup must lie between 0 and", "classPairs.withinGroup", -5);
        assertRefused("the measure impostorPairs must lie between 0 and", "impostorPairs", Double.POSITIVE_INFINITY);
        assertRefused(
                "the measure threshold@fmr=none.withinGroup needs a false match rate behind '='",
                "threshold@fmr=none.withinGroup",
                0.5);
    }

    private static void assertRefused(String why, String measure, double value) {
        Map<String, Double> measures = new TreeMap<>(Map.of(
                "classes",
                20.0,
                "impostorPairs",
                4500.0,
                "classes.withinGroup",
                20.0,
                "impostorPairs.withinGroup",
                450.0));
        measures.put(measure, value);

        String said = assertThrows(IllegalArgumentException.class, () -> manifest(measures))
                .getMessage();

        assertTrue(said.startsWith(why), said);
    }

    @Test
    void rowsOfATableAreNoMeasuresOfAccuracy() {
        Map<String, Double> measures = measures();
        measures.put("eer", 0.1);

        assertEquals(Map.of("eer", 0.1), Impostors.withoutThresholds(measures));
    }

    private static Map<String, Double> measures() {
        Map<String, Double> measures = new TreeMap<>();
        Impostors.putLookAlikes(LOOK_ALIKES, measures);
        return measures;
    }

    private static Manifest manifest(Map<String, Double> measures) {
        return new Manifest(
                Manifest.FORMAT,
                "letters",
                "1",
                null,
                "tiny",
                new InputSpec(48, 32, 3, true),
                2,
                1,
                List.of(),
                POOLED,
                new ScoreHistograms(new long[] {0, 7}, new long[] {9, 1}),
                measures,
                List.of(),
                new TrainingRecord("2024-01-01T00:00:00Z", "ab", 5, Map.of()),
                null,
                null,
                null,
                null);
    }
}
