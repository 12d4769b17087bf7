package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Instant;
import java.util.Optional;

/**
 * A window filter selects the windows that are asked for.
 *
 * @param sizeMs the size, one of those that are counted
 * @param from the first start that is selected
 * @param to the first start after {@code from} that is no longer selected
 * @param model the model, {@code NAME/VERSION}; empty for all, as are task and source
 */
public record WindowFilter(
        long sizeMs, Instant from, Instant to, Optional<String> model, Optional<String> task, Optional<String> source) {

    boolean takes(MatchWindow window) {
        return model.map((window.getModelName() + '/' + window.getModelVersion())::equals)
                        .orElse(true)
                && task.map(window.getTask()::equals).orElse(true)
                && source.map(window.getSourceId()::equals).orElse(true);
    }
}
