package io.twinstream.verifier.tracing;

import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;

/** What was done for a traced probe since its poll, in epoch nanoseconds. For one thread. */
final class ProbeTimes {
    /**
     * Something that was done for it.
     *
     * @param images of the batch that it was done for, 0 where that is of no account
     */
    record Done(String what, long from, long to, int images) {}

    private final Context sender;
    private final long polled;
    private final List<Done> done = new ArrayList<>(2);

    /**
     * Of a probe that was just polled.
     *
     * @param sender the context that its record carries
     */
    ProbeTimes(Context sender, long polled) {
        this.sender = sender;
        this.polled = polled;
    }

    Context sender() {
        return sender;
    }

    long polled() {
        return polled;
    }

    List<Done> done() {
        return done;
    }
}
