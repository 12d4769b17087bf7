package io.twinstream.verifier.events;

import io.twinstream.schemas.record.TaskKind;
import org.jspecify.annotations.Nullable;

/**
 * An event filter says which windows and verdicts a listener wants.
 *
 * @param task the task; null for all
 * @param source the source's id; null for all
 */
public record EventFilter(@Nullable TaskKind task, @Nullable String source) {
    boolean admits(TaskKind ofTask, String ofSource) {
        return (task == null || task == ofTask) && (source == null || source.equals(ofSource));
    }
}
