package io.twinstream.deploy.cli.console;

/** Holds the exit codes of all commands, and what each says. */
public final class ExitCodes {
    public static final int OK = 0;
    public static final int FAILURE = 1;
    /** Options, arguments or settings were wrong, and nothing was done. */
    public static final int USAGE = 2;
    /** The command did its work, and the answer is no. */
    public static final int NEGATIVE = 3;
    /** No broker answered. */
    public static final int UNREACHABLE = 4;
    /** The command did its work, and there is no answer. */
    public static final int UNDECIDED = 5;

    private ExitCodes() {}
}
