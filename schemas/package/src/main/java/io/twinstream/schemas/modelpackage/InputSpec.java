package io.twinstream.schemas.modelpackage;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Resampling;
import org.jspecify.annotations.Nullable;

/**
 * Specifies the tensor that a model's embedder takes: {@code [n, channels, height, width]}, float32, values 0 to 1. Pictures
 * of any other size are brought to this one as the preparation says, and stretched where there is none.
 *
 * @param width width in pixels
 * @param height height in pixels
 * @param channels 1 for luma; 3 for red, green, blue
 * @param inkIsOne true where dark pixels become 1 and light ones 0, which suits drawings on paper best; false keeps light as 1
 * @param preparation how a picture becomes the input of a model that others made; null for models that were trained here
 */
public record InputSpec(
        int width,
        int height,
        int channels,
        boolean inkIsOne,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Preparation preparation) {
    public InputSpec {
        if (width < 1 || height < 1 || width > 4096 || height > 4096) {
            throw new IllegalArgumentException(
                    "width and height must be 1 to 4096, were %d x %d".formatted(width, height));
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels must be 1 or 3, was " + channels);
        }
        if (preparation != null && preparation.order().channels() != channels) {
            throw new IllegalArgumentException("an input of order %s needs %d channels, had %d"
                    .formatted(preparation.order().word(), preparation.order().channels(), channels));
        }
    }

    /** Specifies the input of a model that was trained here, for which pictures are stretched. */
    public InputSpec(int width, int height, int channels, boolean inkIsOne) {
        this(width, height, channels, inkIsOne, null);
    }

    /** Returns the floats of one image: {@code channels * height * width}. */
    public int length() {
        return channels * height * width;
    }

    /** Returns how a picture of other proportions is brought to this size. */
    @JsonIgnore
    public Fit fit() {
        return preparation == null ? Fit.STRETCH : preparation.fit();
    }

    /** Returns how samples between pixels are computed. */
    @JsonIgnore
    public Resampling resampling() {
        return preparation == null ? Resampling.AREA : preparation.resampling();
    }

    /**
     * Returns whether a much larger picture may be decoded at a fraction of its size. Only averages over areas stay the same then,
     * and only where nothing has to be found in the picture first.
     */
    @JsonIgnore
    public boolean takesReduced() {
        return fit() != Fit.ALIGN && resampling() != Resampling.BILINEAR;
    }
}
