package io.twinstream.deploy.acceptance.models;

/** Names what goes wrong while an activation is pending. */
enum SwapFault {
    NONE,
    /** The second verifier starts only now. */
    STARTED_WHILE_PENDING,
    /** The second verifier is killed when it is ready, and started again after the effective time. */
    KILLED_WHEN_READY,
    /** The broker is stopped 10 s before the effective time, and started again 10 s after it. */
    BROKER_STOPPED
}
