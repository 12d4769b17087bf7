package io.twinstream.verifier.events;

import java.util.Optional;

/**
 * One kind of event. All methods are called on the hub's thread: {@link #round} once a second while somebody listens, then
 * {@link #news} for each filter; {@link #current} when a listener comes. What they give is written as JSON.
 */
public interface EventKind {
    /** The event's name. */
    String name();

    /** Looks at what there is, for the calls that follow. */
    default void round() {}

    /** Takes note that nobody listens any more. */
    default void pause() {}

    /** Gives what this round has to tell; empty for nothing. */
    Optional<?> news(EventFilter filter);

    /** Gives what somebody who just came has to know, by the last round. */
    Optional<?> current(EventFilter filter);
}
