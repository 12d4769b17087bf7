package io.twinstream.deploy.cli;

/** What the exit code of a command says. */
final class ExitCodes {
    static final int OK = 0;
    static final int FAILURE = 1;
    /** Wrong options, arguments or settings: nothing was done. */
    static final int USAGE = 2;
    /** The command did its work, and the answer is no. */
    static final int NEGATIVE = 3;
    /** No broker answers. */
    static final int UNREACHABLE = 4;
    /** The command did its work, and there is no answer. */
    static final int UNDECIDED = 5;

    private ExitCodes() {}
}
