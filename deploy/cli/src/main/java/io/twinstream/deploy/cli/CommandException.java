package io.twinstream.deploy.cli;

/** An end of a command that a user can mend; the message is one line with cause and mend. Carries no stack trace. */
class CommandException extends RuntimeException {
    private final int exitCode;

    CommandException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
