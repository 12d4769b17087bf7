package io.twinstream.trainer.export;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.InputCheck;
import io.twinstream.verifier.inference.InputFeatures;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.RegionCut;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Describes what a model's own inputs look like, from images that it was not trained on. Half of them and their
 * variants give examples that lie as far apart as can be. The other half and its variants give the bound, within which
 * {@value #PASS} of them lie. The same images always give the same statistics.
 *
 *
 * <p>Maintainers: examples are picked greedily, each the farthest from those before (Gonzalez 1985), so that rare kinds
 * have theirs too.
 */
public final class DomainStatistics {
    /** Fewest images that say enough about their kind. */
    public static final int FEWEST = 100;

    private static final double PASS = 0.999;

    /** The bound stays short of the root of 2, beyond which no distance lies. */
    private static final double MOST_DISTANCE = 1.4;

    /**
     * Number of variants that may be left out of the bound: hardly anything is left of some, and one of them would set the
     * bound of few images.
     */
    private static final int ODD_VARIANTS = 8;

    private static final int STRETCHES = 20;

    /** Number of images of each half that are looked at; more teach nothing. */
    private static final int MOST_IMAGES = 3_000;

    private static final int MOST_VARIANTS = 12_000;
    private static final int MOST_VARIANTS_EACH = 16;
    private static final int EXAMPLES = 1024;
    private static final long SEED = 1;

    private final InputSpec input;
    private final Preprocessor preprocessor;
    private final InputFeatures features;
    private final Variation variation;

    private DomainStatistics(InputSpec input) {
        this.input = input;
        this.preprocessor = new Preprocessor(input);
        this.features = new InputFeatures(input);
        this.variation = new Variation(input, new SplittableRandom(SEED));
    }

    /**
     * Measures the statistics of a model's domain.
     *
     * @param pictures pictures in an order in which neighbours are alike, as by class
     * @return null where those that aren't blank are fewer than {@value #FEWEST}
     */
    public static @Nullable InputDomain of(InputSpec input, List<Picture> pictures) {
        return new DomainStatistics(input).measured(pictures);
    }

    /**
     * Measures the statistics of a package's domain, which are of what its locator finds where it has one.
     *
     * @param pictures pictures in an order in which neighbours are alike, as by class
     * @return null where those that aren't blank are fewer than {@value #FEWEST}
     */
    public static @Nullable InputDomain of(ModelPackage model, List<Picture> pictures) {
        LocatorSpec locator = model.manifest().locator();
        return of(model.manifest().input(), locator == null ? pictures : found(model, locator, pictures));
    }

    private static List<Picture> found(ModelPackage model, LocatorSpec locator, List<Picture> pictures) {
        RegionCut cut = new RegionCut(model.manifest().input(), locator);
        List<Picture> found = new ArrayList<>();
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            Embeddings all = embedder.checkAll(pictures);
            for (int i = 0; i < pictures.size(); i++) {
                List<Region> regions = all.regions(i);
                Picture part = regions.isEmpty() ? null : cut.of(pictures.get(i), regions.get(0));
                if (part != null) {
                    found.add(part);
                }
            }
        }
        return found;
    }

    private @Nullable InputDomain measured(List<Picture> pictures) {
        List<Picture> known = half(pictures, 0);
        List<Picture> others = half(pictures, 1);
        List<float[]> candidates = described(known);
        List<float[]> heldOut = described(others);
        int images = candidates.size() + heldOut.size();
        if (images < FEWEST || candidates.isEmpty() || heldOut.isEmpty()) {
            return null;
        }
        candidates.addAll(varied(known));
        byte[] examples = bytes(apart(candidates));
        int cells = InputFeatures.cells(input);
        float[][] rounded = floats(examples, cells);
        double bound =
                Math.max(quantile(heldOut, rounded, PASS, 0), quantile(varied(others), rounded, PASS, ODD_VARIANTS));
        // Few images miss more of what others of their kind look like: 100 faces of 10 people, those of 10 others.
        double slack = 1.02 + 30.0 / heldOut.size();
        return new InputDomain(
                InputCheck.LEAST_CONTRAST,
                InputFeatures.DESCRIPTION,
                images,
                Math.min(MOST_DISTANCE, bound * slack),
                cells,
                examples);
    }

    /** Returns every second stretch of the pictures, so that most classes lie in one half. */
    private static List<Picture> half(List<Picture> pictures, int which) {
        int stretch = (pictures.size() + STRETCHES - 1) / STRETCHES;
        int stride = (pictures.size() + 2 * MOST_IMAGES - 1) / (2 * MOST_IMAGES);
        List<Picture> half = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            if (i / stretch % 2 == which && i % stride == 0) {
                half.add(pictures.get(i));
            }
        }
        return half;
    }

    private List<float[]> described(List<Picture> pictures) {
        List<float[]> descriptions = new ArrayList<>();
        pictures.forEach(picture -> describe(picture, descriptions));
        return descriptions;
    }

    private List<float[]> varied(List<Picture> pictures) {
        int each = Math.min(MOST_VARIANTS_EACH, MOST_VARIANTS / pictures.size());
        List<float[]> descriptions = new ArrayList<>();
        for (Picture picture : pictures) {
            for (int i = 0; i < each; i++) {
                describe(variation.of(picture), descriptions);
            }
        }
        return descriptions;
    }

    /**
     * Adds a picture's description. A blank picture is left out, as a stroke that a turn has moved off the page is:
     * nobody asks for its domain.
     */
    private void describe(Picture picture, List<float[]> descriptions) {
        float[] samples = new float[input.length()];
        preprocessor.write(picture, FloatBuffer.wrap(samples));
        features.measure(samples, 0);
        if (features.contrast() >= InputCheck.LEAST_CONTRAST) {
            descriptions.add(features.describe().clone());
        }
    }

    private static List<float[]> apart(List<float[]> candidates) {
        float[] nearest = new float[candidates.size()];
        Arrays.fill(nearest, -1);
        List<float[]> chosen = new ArrayList<>();
        int next = 0;
        while (chosen.size() < Math.min(EXAMPLES, candidates.size())) {
            float[] example = candidates.get(next);
            chosen.add(example);
            for (int i = 0; i < nearest.length; i++) {
                nearest[i] = Math.max(nearest[i], product(candidates.get(i), example));
            }
            for (int i = 0; i < nearest.length; i++) {
                next = nearest[i] < nearest[next] ? i : next;
            }
        }
        return chosen;
    }

    private static byte[] bytes(List<float[]> descriptions) {
        int cells = descriptions.get(0).length;
        byte[] bytes = new byte[descriptions.size() * cells];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.round(255 * descriptions.get(i / cells)[i % cells]);
        }
        return bytes;
    }

    /** Returns the descriptions as the verifier reads them, each of length 1. */
    private static float[][] floats(byte[] bytes, int cells) {
        float[][] rows = new float[bytes.length / cells][cells];
        for (int row = 0; row < rows.length; row++) {
            double squares = 0;
            for (int cell = 0; cell < cells; cell++) {
                rows[row][cell] = bytes[row * cells + cell] & 0xff;
                squares += rows[row][cell] * rows[row][cell];
            }
            for (int cell = 0; cell < cells; cell++) {
                rows[row][cell] /= (float) Math.sqrt(squares);
            }
        }
        return rows;
    }

    /** Returns the distance that this share of the descriptions doesn't exceed, or all but so many of them. */
    private static double quantile(List<float[]> descriptions, float[][] examples, double share, int leftOut) {
        double[] distances = new double[descriptions.size()];
        for (int i = 0; i < distances.length; i++) {
            float largest = 0;
            for (float[] example : examples) {
                largest = Math.max(largest, product(descriptions.get(i), example));
            }
            distances[i] = Math.sqrt(Math.max(0, 2 - 2 * largest));
        }
        Arrays.sort(distances);
        int last = Math.min((int) Math.ceil(share * distances.length) - 1, distances.length - 1 - leftOut);
        return distances.length == 0 ? 0 : distances[Math.max(0, last)];
    }

    private static float product(float[] first, float[] second) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int i = 0; i < first.length; i += 4) {
            a += first[i] * second[i];
            b += first[i + 1] * second[i + 1];
            c += first[i + 2] * second[i + 2];
            d += first[i + 3] * second[i + 3];
        }
        return a + b + (c + d);
    }
}
