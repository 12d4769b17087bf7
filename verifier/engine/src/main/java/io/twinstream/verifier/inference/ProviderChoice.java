package io.twinstream.verifier.inference;

/** A provider choice is the execution provider that the operator wants. */
public enum ProviderChoice {
    /** Runs on CUDA where it works, otherwise on the CPU, with the reason in the log. */
    AUTO,
    CPU,
    /** Runs on CUDA, and fails to start where CUDA doesn't work. */
    CUDA
}
