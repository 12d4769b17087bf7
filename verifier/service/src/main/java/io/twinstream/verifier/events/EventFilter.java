package io.twinstream.verifier.events;

import io.twinstream.schemas.record.TaskKind;
import org.jspecify.annotations.Nullable;

/**
 * The windows and verdicts that a listener wants.
 *
 * @param task null for all
 * @param source null for all
 */
public record EventFilter(@Nullable TaskKind task, @Nullable String source) {
    boolean admits(TaskKind ofTask, String ofSource) {
        return (task == null || task == ofTask) && (source == null || source.equals(ofSource));
    }
}
