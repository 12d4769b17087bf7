package io.twinstream.verifier.inference;

import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.record.UndecidedCause;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An input check finds inputs that a model can't judge: blank ones, and ones unlike those that its package was measured
 * on. Safe for many threads.
 *
 * <p>Maintainers: the nearest example is the one with the largest product. Examples are stored by cell, so that cells
 * that are 0 in an input cost nothing, in blocks of {@value #BLOCK}: the first block with one that is near enough ends the
 * search, most often the first or second of eight. Embedders that end in a sigmoid map unknown inputs among the known
 * ones, so the embedding can't tell them apart.
 */
public final class InputCheck {
    /**
     * This is the least contrast where a package names none: far above a dark camera's noise, and below the faintest stroke
     * of 1 pixel in 105.
     */
    public static final double LEAST_CONTRAST = 0.06;

    /** This is the mean below which a camera turns up its gain, and its noise with it. */
    private static final double DARK = 0.15;

    private static final double DARK_GAIN = 2;
    /**
     * This is the spread above which a picture without structure shows fog; such a picture is named by its domain where that
     * is known.
     */
    private static final double SPREAD = 0.008;

    /** This is the number of examples that are compared before a look whether one of them is near enough. */
    private static final int BLOCK = 128;

    private final double leastContrast;
    private final boolean inkIsOne;
    private final double leastProduct;
    /**
     * Holds the examples as {@code [blocks][cells][BLOCK]}, zeros behind the last, and is empty where the domain isn't
     * known.
     */
    private final float[][][] blocks;

    private final ThreadLocal<Scratch> scratch;

    private static final class Scratch {
        final InputFeatures features;
        final float[] products = new float[BLOCK];

        Scratch(InputFeatures features) {
            this.features = features;
        }
    }

    private InputCheck(Manifest manifest, double leastContrast, float[][][] blocks, double farthest) {
        this.leastContrast = leastContrast;
        this.inkIsOne = manifest.input().inkIsOne();
        this.blocks = blocks;
        this.leastProduct = 1 - farthest * farthest / 2;
        this.scratch = ThreadLocal.withInitial(() -> new Scratch(new InputFeatures(manifest.input())));
    }

    /**
     * Returns the check of a manifest that was read with its package. Without a described domain it finds blank inputs
     * only.
     */
    public static InputCheck of(Manifest manifest) {
        InputDomain domain = manifest.domain();
        if (domain == null) {
            return new InputCheck(manifest, LEAST_CONTRAST, new float[0][][], 0);
        }
        boolean described = domain.description() == InputFeatures.DESCRIPTION
                && domain.cells() == InputFeatures.cells(manifest.input());
        return new InputCheck(
                manifest,
                domain.leastContrast(),
                described ? blocks(domain.examples(), domain.cells()) : new float[0][][],
                domain.farthest());
    }

    /** Returns whether the package describes its domain. Without that no input is out of it. */
    public boolean knowsDomain() {
        return blocks.length > 0;
    }

    /**
     * Returns why the model can't judge a picture.
     *
     * @param inputs the embedder's inputs, {@code [n][channels][height][width]}
     * @param at the index where the picture's input begins
     * @return {@code BLANK} or {@code OUT_OF_DOMAIN}, or null if the model can judge the picture
     */
    public @Nullable UndecidedCause reason(float[] inputs, int at) {
        Scratch mine = scratch.get();
        mine.features.measure(inputs, at);
        boolean blank = isBlank(mine.features);
        if (knowsDomain() && (!blank || isFog(mine.features)) && !isNear(mine)) {
            return UndecidedCause.OUT_OF_DOMAIN;
        }
        return blank ? UndecidedCause.BLANK : null;
    }

    private boolean isBlank(InputFeatures features) {
        if (features.surelyHasContrast(DARK_GAIN * leastContrast)) {
            return false;
        }
        return !(features.contrast() >= (isDark(features) ? DARK_GAIN * leastContrast : leastContrast));
    }

    private boolean isFog(InputFeatures features) {
        return features.spread() > SPREAD && !isDark(features);
    }

    private boolean isDark(InputFeatures features) {
        return (inkIsOne ? 1 - features.level() : features.level()) < DARK;
    }

    /** Returns whether the product with an example, which is 1 for an equal one, is as large as it must be. */
    private boolean isNear(Scratch mine) {
        float[] description = mine.features.describe();
        float[] products = mine.products;
        for (float[][] byCell : blocks) {
            Arrays.fill(products, 0);
            for (int cell = 0; cell < description.length; cell++) {
                if (description[cell] > 0) {
                    add(description[cell], byCell[cell], products);
                }
            }
            for (float product : products) {
                if (product >= leastProduct) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Adds in a loop of its own, since HotSpot vectorizes it only where every array has the same index. */
    private static void add(float weight, float[] values, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * values[i];
        }
    }

    /** Turns the examples into unit vectors by cell; their bytes are unit vectors but for rounding. */
    private static float[][][] blocks(byte[] bytes, int cells) {
        int examples = bytes.length / cells;
        float[][][] blocks = new float[(examples + BLOCK - 1) / BLOCK][cells][BLOCK];
        for (int example = 0; example < examples; example++) {
            double squares = 0;
            for (int cell = 0; cell < cells; cell++) {
                double value = bytes[example * cells + cell] & 0xff;
                squares += value * value;
            }
            for (int cell = 0; cell < cells; cell++) {
                blocks[example / BLOCK][cell][example % BLOCK] =
                        (float) ((bytes[example * cells + cell] & 0xff) / Math.sqrt(squares));
            }
        }
        return blocks;
    }
}
