package io.twinstream.verifier.events;

import java.util.Optional;

/**
 * One kind of event. All methods are called on the hub's thread: {@link #round} once a second while somebody listens, then
 * {@link #news} for each filter; {@link #current} when a listener comes. What they give is written as JSON.
 */
public interface EventKind {
    /** As the event is called. */
    String name();

    /** Looks at what there is. */
    default void round() {}

    /** Nobody listens any more. */
    default void pause() {}

    /** What this round has to tell. */
    Optional<?> news(EventFilter filter);

    /** What somebody who just came has to know, by the last round. */
    Optional<?> current(EventFilter filter);
}
