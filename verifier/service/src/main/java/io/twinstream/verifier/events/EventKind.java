package io.twinstream.verifier.events;

import java.util.Optional;

/**
 * An event kind is one kind of event. All methods are called on the hub's thread: {@link #round} once a second while
 * somebody listens, then {@link #news} for each filter; {@link #current} when a listener comes. Their results are
 * written as JSON.
 */
public interface EventKind {
    /** Returns the event's name. */
    String name();

    /** Takes a look at the present state, for the calls that follow. */
    default void round() {}

    /** Notes that nobody listens any more. */
    default void pause() {}

    /** Returns what is new in this round, or empty if nothing is. */
    Optional<?> news(EventFilter filter);

    /** Returns what a new listener has to know, by the last round. */
    Optional<?> current(EventFilter filter);
}
