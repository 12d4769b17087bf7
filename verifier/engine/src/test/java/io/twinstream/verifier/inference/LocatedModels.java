package io.twinstream.verifier.inference;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec;
import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.ColourOrder;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import io.twinstream.verifier.locate.Region;
import io.twinstream.verifier.locate.Region.Point;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Located models for tests have a locator that finds bright cells of an eighth of the picture's side, with the cell's upper
 * corners as its points, and an embedder of 4 x 4 gray pixels whose embedding is its input. Their files are those that the
 * trainer's tests write as {@code LocatorGraphs}.
 */
public final class LocatedModels {
    /** The side of a scene, and of a cell in it. */
    public static final int SIDE = 80;

    public static final int CELL = 10;

    private static final int LOCATED = 8;
    private static final int EMBEDDED = 4;
    /** The part of a pattern that each pixel of a cell belongs to, across and down; a cell is no multiple of a pattern. */
    private static final int[] PARTS = {0, 0, 0, 1, 1, 2, 2, 3, 3, 3};

    private static final int DARKEST = 70;
    private static final int CONTRAST = 180;
    private static final int MOST_DARK = 80;

    private LocatedModels() {}

    /**
     * A spot is a bright cell of a scene. It shows whom its seed stands for; spots of one seed are alike but for their
     * light.
     *
     * @param light what is added to its samples, 0 to 5; the brightest spot of a scene comes first
     */
    public record Spot(int column, int row, int seed, int light) {
        /** Returns the box that the locator finds, without its points. */
        public Region box() {
            return new Region(column * CELL, row * CELL, CELL, CELL, 1, List.of());
        }

        /** Returns what the locator finds, but for its score. */
        public Region region() {
            Region box = box();
            return new Region(
                    box.x(),
                    box.y(),
                    CELL,
                    CELL,
                    1,
                    List.of(new Point(box.x(), box.y()), new Point(box.x() + CELL, box.y())));
        }
    }

    /** Returns a package whose regions are cut out along their boxes. */
    public static ModelPackage boxed() {
        return model(Fit.STRETCH, spec(List.of()));
    }

    /** Returns a package that lays the upper corners of cells onto those of its input. */
    public static ModelPackage aligned() {
        return model(Fit.ALIGN, spec(List.of(new TemplatePoint(0, 0, 0), new TemplatePoint(1, EMBEDDED, 0))));
    }

    /** Returns a package whose template names a key point that its locator doesn't give, so that boxes are cut out. */
    public static ModelPackage lackingPoints() {
        return model(Fit.ALIGN, spec(List.of(new TemplatePoint(0, 0, 0), new TemplatePoint(2, EMBEDDED, 0))));
    }

    /** Returns a package without a locator, which takes whole pictures. */
    public static ModelPackage whole() {
        return model(Fit.STRETCH, null);
    }

    /** Returns the bytes of a graph, {@code locator} or {@code embedder}. */
    public static byte[] graph(String name) {
        try (InputStream file = LocatedModels.class.getResourceAsStream("cells-" + name + ".onnx")) {
            return Objects.requireNonNull(file, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a dark picture with bright spots. */
    public static Picture scene(Spot... spots) {
        byte[] samples = new byte[SIDE * SIDE];
        for (Spot spot : spots) {
            int[] pattern = pattern(spot.seed());
            for (int i = 0; i < CELL * CELL; i++) {
                int pixel = PARTS[i % CELL] + EMBEDDED * PARTS[i / CELL];
                int at = (spot.row() * CELL + i / CELL) * SIDE + spot.column() * CELL + i % CELL;
                samples[at] = (byte) (DARKEST + spot.light() + pattern[pixel]);
            }
        }
        return new Picture(SIDE, SIDE, 1, samples);
    }

    /**
     * Returns the light of each part of a cell. One half is darker than the other, the seed says which, and the mean
     * is the same for all seeds.
     */
    private static int[] pattern(int seed) {
        Random random = new Random(seed);
        int last = EMBEDDED * EMBEDDED - 1;
        int[] pattern = new int[last + 1];
        for (int i = 0; i <= last / 2; i++) {
            int dark = random.nextInt(MOST_DARK + 1);
            // The halves are left and right, or up and down.
            int at = seed % 2 == 0 ? i : i % EMBEDDED * EMBEDDED + i / EMBEDDED;
            boolean first = seed / 2 % 2 == 0;
            pattern[at] = first ? dark : CONTRAST - dark;
            pattern[last - at] = CONTRAST - pattern[at];
        }
        return pattern;
    }

    private static LocatorSpec spec(List<TemplatePoint> template) {
        return new LocatorSpec(LocatorSpec.Kind.BOXES, LOCATED, LOCATED, Fit.STRETCH, 0.5, template);
    }

    private static ModelPackage model(Fit fit, @Nullable LocatorSpec locator) {
        Manifest m = Models.SHIPPED.manifest();
        Preparation preparation = new Preparation(
                fit, 0, Resampling.AREA, ColourOrder.GRAY, List.of(0.0), List.of(255.0), Normalisation.NONE);
        Manifest manifest = new Manifest(
                Manifest.FORMAT_OF_IMPORTED,
                "cells",
                "1",
                null,
                "imported",
                new InputSpec(EMBEDDED, EMBEDDED, 1, false, preparation),
                EMBEDDED * EMBEDDED,
                1,
                m.files(),
                m.fmrTable(),
                m.histograms(),
                m.evaluation(),
                List.of(),
                m.training(),
                null,
                null,
                null,
                locator);
        try {
            return PackageArchive.read(
                    PackageArchive.write(
                            manifest,
                            graph("embedder"),
                            Models.SHIPPED.file(ModelPackage.MATCHER),
                            locator == null ? null : graph("locator")),
                    "test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
