package io.twinstream.deploy.cli.console;

/**
 * Ends a command for a reason that a user can remove. Its message is one line with cause and remedy, and it carries no stack trace.
 */
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
