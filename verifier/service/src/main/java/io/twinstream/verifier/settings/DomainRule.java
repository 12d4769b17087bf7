package io.twinstream.verifier.settings;

import io.twinstream.schemas.record.UndecidedCause;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of pictures of another kind than the model was trained for. A blank picture is never judged, whatever the rule. */
public enum DomainRule {
    /** Probes are undecided, references unusable. */
    REFUSE,
    /** Judged and enrolled, verdicts marked. */
    FLAG,
    /** Judged and enrolled. */
    OFF;

    /** The one of this name. */
    static DomainRule of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * Whether a picture isn't judged.
     *
     * @param cause that was found; null for none
     */
    public boolean refuses(@Nullable UndecidedCause cause) {
        return cause != null && (cause != UndecidedCause.OUT_OF_DOMAIN || this == REFUSE);
    }

    /** One line for people: how many of some pictures, or of what else, are of another kind than a model was trained for, and what to do. */
    public static String advice(long out, long all, String what, String model) {
        return "%d of %d %s %s of another kind than %s was trained for: train a model on such pictures (twinstream train), or set %s=off to judge them all the same"
                .formatted(out, all, what, out == 1 ? "is" : "are", model, VerifierSettings.DOMAIN);
    }

    /** Whether its verdict says that it is of another kind. */
    public boolean marks(@Nullable UndecidedCause cause) {
        return cause == UndecidedCause.OUT_OF_DOMAIN && this != OFF;
    }
}
