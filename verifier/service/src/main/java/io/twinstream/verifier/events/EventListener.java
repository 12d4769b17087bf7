package io.twinstream.verifier.events;

/** An event listener receives frames of events. Its methods return at once, whatever becomes of the frame. */
public interface EventListener {
    EventFilter filter();

    /** Takes a frame, or drops one if too many wait. */
    void send(byte[] frame);

    /** Returns true once nothing can be sent any more. */
    boolean gone();

    /** Ends the listening. */
    void end();
}
