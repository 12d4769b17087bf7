package io.twinstream.verifier.version;

/** The version that has to judge a probe can't do so here; the message is one line with the cause. */
public final class VersionUnavailableException extends RuntimeException {
    private final boolean hopeless;

    VersionUnavailableException(String message, boolean hopeless) {
        super(message);
        this.hopeless = hopeless;
    }

    /** True if waiting longer won't help: the version was refused here, or for a replay, that nobody will mend what is missing. */
    public boolean hopeless() {
        return hopeless;
    }
}
