package io.twinstream.verifier.inference;

import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.record.UndecidedCause;
import org.jspecify.annotations.Nullable;

/** Tells inputs that a model has nothing to say about, by what its package knows of its held-out images. Safe for many threads. */
public final class InputCheck {
    private InputCheck() {}

    public static InputCheck of(Manifest manifest) {
        return new InputCheck();
    }

    /** Whether the package has statistics of its domain: without them nothing is out of it. */
    public boolean knowsDomain() {
        return false;
    }

    /**
     * Why a picture can't be judged.
     *
     * @param inputs {@code [n][channels][height][width]}, as the embedder takes them
     * @param at where the picture's input begins
     * @param embedding that the embedder made of it
     * @return {@code BLANK}, {@code OUT_OF_DOMAIN}, or null where it can be judged
     */
    public @Nullable UndecidedCause reason(float[] inputs, int at, float[] embedding) {
        return null;
    }
}
