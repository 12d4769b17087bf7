package io.twinstream.verifier.events;

/** Somebody who listens. Methods return at once, whatever becomes of the frame. */
public interface EventListener {
    EventFilter filter();

    /** Takes a frame, or drops one if too many wait. */
    void send(byte[] frame);

    /** True once nothing can be sent any more. */
    boolean gone();

    /** Ends the listening. */
    void end();
}
