package io.twinstream.deploy.cli.console;

/** An end of a command that a user can mend; the message is one line with cause and mend. Carries no stack trace. */
public class CommandException extends RuntimeException {
    private final int exitCode;

    public CommandException(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
