package io.twinstream.deploy.acl;

import java.util.Locale;

/**
 * Names the users on the cluster: one for each service, which its commands run as too; one for who orders models, which touches
 * no images; one for who sets topics up, which reads and writes nothing.
 */
public enum ClusterUser {
    INGEST,
    VERIFIER,
    TRAINER,
    OPERATOR,
    SETUP;

    /** Returns the name in small letters. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
