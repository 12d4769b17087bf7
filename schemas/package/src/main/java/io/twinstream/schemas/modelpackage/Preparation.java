package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Says how a picture becomes the input of an embedder that others made. Fit, fill and resampling are done by the verifier. Order,
 * mean, standard deviation and normalisation are part of {@code embedder.onnx}, which takes red, green, blue from 0 to 1; they
 * stand here for the record.
 *
 * @param fit how a picture of other proportions is brought to the input's size
 * @param fill the sample, 0 to 255, around a picture that doesn't fill its input
 * @param resampling how samples between pixels are computed
 * @param order the order of colours that the foreign model took
 * @param mean what the foreign model wants subtracted from each channel's samples, which are 0 to 255; as many as channels
 * @param std what the foreign model wants them divided by then; positive, as many as channels
 * @param embeddings whether embeddings are brought to length 1
 */
public record Preparation(
        Fit fit,
        int fill,
        Resampling resampling,
        ColourOrder order,
        List<Double> mean,
        List<Double> std,
        Normalisation embeddings) {

    public Preparation {
        Objects.requireNonNull(fit, "a preparation needs a fit");
        Objects.requireNonNull(resampling, "a preparation needs a resampling");
        Objects.requireNonNull(order, "a preparation needs an order of colours");
        Objects.requireNonNull(embeddings, "a preparation needs a normalisation");
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (fill < 0 || fill > 255) {
            throw new IllegalArgumentException("fill must be 0 to 255, was " + fill);
        }
        if (mean.size() != order.channels() || std.size() != order.channels()) {
            throw new IllegalArgumentException("mean and std need %d numbers each for %s, had %d and %d"
                    .formatted(order.channels(), order.word(), mean.size(), std.size()));
        }
        if (mean.stream().anyMatch(value -> !Double.isFinite(value))) {
            throw new IllegalArgumentException("mean must be finite, was " + mean);
        }
        if (std.stream().anyMatch(value -> !(value > 0 && Double.isFinite(value)))) {
            throw new IllegalArgumentException("std must be positive, was " + std);
        }
    }

    /** How a picture of other proportions is brought to the input's size. */
    public enum Fit {
        /** Width and height are scaled each by its own factor. */
        @JsonProperty("stretch")
        STRETCH,
        /** The whole picture is scaled by one factor and centred; the rest is filled. */
        @JsonProperty("letterbox")
        LETTERBOX,
        /** The picture is scaled by one factor until it covers the input; what hangs over on both sides is cut. */
        @JsonProperty("crop")
        CROP,
        /** Key points that a locator or the sender found are laid onto a template by a similarity. */
        @JsonProperty("align")
        ALIGN
    }

    /** How samples between pixels are computed. Enlarging interpolates linearly between centres in all three. */
    public enum Resampling {
        /** Shrinking averages the area that a pixel covers, as OpenCV's {@code INTER_AREA} does. */
        @JsonProperty("area")
        AREA,
        /** Shrinking takes the four nearest pixels alone, as OpenCV's {@code INTER_LINEAR} does. */
        @JsonProperty("bilinear")
        BILINEAR,
        /** Shrinking weighs pixels by a triangle as wide as the factor, as Pillow's {@code BILINEAR} does. */
        @JsonProperty("triangle")
        TRIANGLE
    }

    /** The order of colours that the foreign model took. */
    public enum ColourOrder {
        @JsonProperty("rgb")
        RGB(3),
        @JsonProperty("bgr")
        BGR(3),
        @JsonProperty("gray")
        GRAY(1);

        private final int channels;

        ColourOrder(int channels) {
            this.channels = channels;
        }

        public int channels() {
            return channels;
        }

        /** Returns the word as it stands in manifests and commands. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether embeddings are brought to length 1. */
    public enum Normalisation {
        @JsonProperty("none")
        NONE,
        @JsonProperty("l2")
        L2
    }
}
