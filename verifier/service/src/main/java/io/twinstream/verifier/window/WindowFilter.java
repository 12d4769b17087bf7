package io.twinstream.verifier.window;

import io.twinstream.schemas.record.MatchWindow;
import java.time.Instant;
import java.util.Optional;

/**
 * Selects the windows that are asked for.
 *
 * @param sizeMs one of the sizes that are counted
 * @param from first start
 * @param to start to end before
 * @param model {@code NAME/VERSION}; empty for all, as are task and source
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
