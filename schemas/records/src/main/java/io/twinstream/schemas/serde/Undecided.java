package io.twinstream.schemas.serde;

import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.UndecidedReason;
import io.twinstream.schemas.record.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the reason why a verdict is undecided, whichever release wrote it.
 *
 * <p>Maintainers: an enum without a default can't grow, since readers of earlier schemas would fail on a symbol that they
 * don't know. So {@code reason} stays as it was, and {@code cause} has all symbols.
 */
public final class Undecided {
    private Undecided() {}

    /** Returns the cause; null where the verdict is decided, or names none. */
    public static @Nullable UndecidedCause cause(Verdict verdict) {
        UndecidedReason reason = verdict.getReason();
        return verdict.getCause() != null || reason == null
                ? verdict.getCause()
                : UndecidedCause.valueOf(reason.name());
    }

    /** Makes a verdict undecided, which leaves it without a score and without candidates. */
    public static Verdict.Builder set(Verdict.Builder verdict, UndecidedCause cause) {
        return verdict.setOutcome(Outcome.UNDECIDED)
                .setCause(cause)
                .setReason(
                        switch (cause) {
                            case UNKNOWN_SUBJECT -> UndecidedReason.UNKNOWN_SUBJECT;
                            case EMPTY_GALLERY -> UndecidedReason.EMPTY_GALLERY;
                            default -> null;
                        })
                .setScore(null)
                .setCandidates(List.of());
    }
}
