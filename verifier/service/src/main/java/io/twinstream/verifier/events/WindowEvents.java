package io.twinstream.verifier.events;

import io.twinstream.schemas.record.TaskKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Event {@code windows}: the latest windows, told each round. */
public final class WindowEvents implements EventKind {
    /** Windows of the smallest size that have changed lately, those of all sources added up. */
    @FunctionalInterface
    public interface LatestWindows {
        /**
         * Gives what Jackson writes as {@code MatchWindows}.
         *
         * @param task null for all
         * @param source null for all
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
