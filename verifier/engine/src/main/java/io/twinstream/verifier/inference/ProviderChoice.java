package io.twinstream.verifier.inference;

/** Which execution provider the operator wants. */
public enum ProviderChoice {
    /** CUDA where it works, else the CPU, with the reason in the log. */
    AUTO,
    CPU,
    /** CUDA or no start. */
    CUDA
}
