package io.twinstream.verifier.events;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An event that tells, whatever the filter, that something has changed since the round before. */
public final class ChangeEvents implements EventKind {
    private final String name;
    private final Supplier<?> stamp;
    private final Supplier<Optional<?>> body;
    private @Nullable Object before;
    private boolean changed;

    /**
     * Makes a kind of this name.
     *
     * @param stamp a value that equals that of the round before where nothing has changed
     * @param body what the event tells; empty while there is nothing to tell
     */
    public ChangeEvents(String name, Supplier<?> stamp, Supplier<Optional<?>> body) {
        this.name = name;
        this.stamp = stamp;
        this.body = body;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void round() {
        Object now = stamp.get();
        changed = !now.equals(before);
        before = now;
    }

    @Override
    public Optional<?> news(EventFilter filter) {
        return changed ? current(filter) : Optional.empty();
    }

    @Override
    public Optional<?> current(EventFilter filter) {
        return body.get();
    }
}
