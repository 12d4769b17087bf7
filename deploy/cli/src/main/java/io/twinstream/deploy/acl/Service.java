package io.twinstream.deploy.acl;

import java.util.Locale;

/**
 * Who has a user of its own on the cluster: the three services, which also their commands run as; whoever orders models, who
 * touches no images; whoever sets topics up, who reads and writes nothing.
 */
public enum Service {
    INGEST,
    VERIFIER,
    TRAINER,
    OPERATOR,
    SETUP;

    /** In small letters. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
