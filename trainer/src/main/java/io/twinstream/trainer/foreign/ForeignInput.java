package io.twinstream.trainer.foreign;

import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.Fit;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import java.util.Collections;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A foreign input is what the owner of a model says about its input and output.
 *
 * @param spec the size, with a preparation, and light as 1
 * @param layout the order of the input's sides
 * @param output the output or inner value that is the embedding; null where one output alone is a vector
 */
public record ForeignInput(
        InputSpec spec, Layout layout, @Nullable String output) {
    private static final double MIDDLE = 127.5;

    public ForeignInput {
        Objects.requireNonNull(layout, "a foreign input needs a layout");
        if (spec.preparation() == null || spec.inkIsOne()) {
            throw new IllegalArgumentException("a foreign input needs a preparation, and light as 1");
        }
    }

    Preparation preparation() {
        return Objects.requireNonNull(spec.preparation());
    }

    ForeignInput withFit(Fit fit) {
        Preparation own = preparation();
        Preparation other = new Preparation(
                fit, own.fill(), own.resampling(), own.order(), own.mean(), own.std(), own.embeddings());
        return new ForeignInput(
                new InputSpec(spec.width(), spec.height(), spec.channels(), false, other), layout, output);
    }

    /** Returns whether the model gets other numbers than the samples as they are, from 0 to 255. */
    boolean scales() {
        return preparation().mean().stream().anyMatch(mean -> mean != 0)
                || preparation().std().stream().anyMatch(std -> std != 1);
    }

    /** Returns this input with numbers from -1 to 1, whatever scale was asked for, and embeddings as they come. */
    ForeignInput tame() {
        Preparation own = preparation();
        int channels = spec.channels();
        Preparation tame = new Preparation(
                own.fit(),
                own.fill(),
                own.resampling(),
                own.order(),
                Collections.nCopies(channels, MIDDLE),
                Collections.nCopies(channels, MIDDLE),
                Normalisation.NONE);
        return new ForeignInput(new InputSpec(spec.width(), spec.height(), channels, false, tame), layout, output);
    }

    /** The order of an input's sides: channels first, or last. */
    public enum Layout {
        NCHW,
        NHWC;

        Layout other() {
            return this == NCHW ? NHWC : NCHW;
        }
    }
}
