package io.twinstream.verifier.events;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Change events tell, whatever the filter, that something has changed since the round before. */
public final class ChangeEvents implements EventKind {
    private final String name;
    private final Supplier<?> stamp;
    private final Supplier<Optional<?>> body;
    private @Nullable Object before;
    private boolean changed;

    /**
     * Creates an event of this name.
     *
     * @param stamp gives a value that changes when something has changed
     * @param body gives the event's data, or empty while there is nothing to tell
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
