package io.twinstream.verifier.events;

import io.twinstream.schemas.record.TaskKind;
import org.jspecify.annotations.Nullable;

/** Windows of the smallest size that have changed lately, folded, of a task and a source, or of all where that is null. */
@FunctionalInterface
public interface LatestWindows {
    /** What Jackson writes as {@code MatchWindows}. */
    Object of(@Nullable TaskKind task, @Nullable String source);
}
