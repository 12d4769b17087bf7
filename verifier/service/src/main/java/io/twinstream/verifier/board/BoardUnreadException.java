package io.twinstream.verifier.board;

/** A board that has not read its topic; the message is one line that says why, and the mend. */
public final class BoardUnreadException extends RuntimeException {
    BoardUnreadException(String message) {
        super(message, null, false, false);
    }
}
