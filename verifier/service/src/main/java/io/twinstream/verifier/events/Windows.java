package io.twinstream.verifier.events;

import java.util.Optional;

/** Event {@code windows}: the latest windows, each round. */
public final class Windows implements EventKind {
    private final LatestWindows latest;

    public Windows(LatestWindows latest) {
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
