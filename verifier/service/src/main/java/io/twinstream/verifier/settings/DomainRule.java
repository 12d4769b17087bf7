package io.twinstream.verifier.settings;

import io.twinstream.schemas.record.UndecidedCause;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A domain rule says what becomes of pictures of another kind than the model was trained for. A blank picture is never
 * judged, whatever the rule.
 */
public enum DomainRule {
    /** Leaves such probes undecided and such references unusable. */
    REFUSE,
    /** Judges and enrols such pictures, and marks their verdicts. */
    FLAG,
    /** Judges and enrols such pictures. */
    OFF;

    /** Returns the rule of this name. */
    static DomainRule of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * Returns whether a picture isn't judged.
     *
     * @param cause the cause that was found; null for none
     */
    public boolean refuses(@Nullable UndecidedCause cause) {
        return cause != null && (cause != UndecidedCause.OUT_OF_DOMAIN || this == REFUSE);
    }

    /**
     * Returns one line for people: how many of some pictures are of another kind than a model was trained for, and what
     * to do.
     */
    public static String advice(long out, long all, String what, String model) {
        return "%d of %d %s %s of another kind than %s was trained for: look at what is sent; if it is meant, train or import a model for such pictures, or set %s=off to judge them all the same"
                .formatted(out, all, what, out == 1 ? "is" : "are", model, VerifierSettings.DOMAIN);
    }

    /** Returns whether the verdict says that the picture is of another kind. */
    public boolean marks(@Nullable UndecidedCause cause) {
        return cause == UndecidedCause.OUT_OF_DOMAIN && this != OFF;
    }
}
