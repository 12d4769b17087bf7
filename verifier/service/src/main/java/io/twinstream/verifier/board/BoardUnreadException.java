package io.twinstream.verifier.board;

/** A board-unread exception says in one line why a board has not read its topic, and what to do. */
public final class BoardUnreadException extends RuntimeException {
    BoardUnreadException(String message) {
        super(message, null, false, false);
    }
}
