package io.twinstream.verifier.lookahead;

/**
 * A record that can't be judged.
 *
 * @param reason a word for the dead letter's header, see {@code DeadLetterHeaders.REASON}
 * @param message one line that names the cause
 */
public record RejectedProbe(String reason, String message) implements Prepared {}
