package io.twinstream.verifier.events;

import io.twinstream.schemas.record.TaskKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The event {@code windows} carries the latest windows, in each round. */
public final class WindowEvents implements EventKind {
    /** Latest windows are those of the smallest size that have changed lately, those of all sources added up. */
    @FunctionalInterface
    public interface LatestWindows {
        /**
         * Returns an object whose JSON is of the schema {@code MatchWindows} in {@code openapi.yaml}.
         *
         * @param task the task; null for all
         * @param source the source's id; null for all
         */
        Object of(@Nullable TaskKind task, @Nullable String source);
    }

    private final LatestWindows latest;

    public WindowEvents(LatestWindows latest) {
        this.latest = latest;
    }

    @Override
    public String name() {
        return "windows";
    }

    @Override
    public Optional<?> news(EventFilter filter) {
        return Optional.of(latest.of(filter.task(), filter.source()));
    }

    @Override
    public Optional<?> current(EventFilter filter) {
        return news(filter);
    }
}
