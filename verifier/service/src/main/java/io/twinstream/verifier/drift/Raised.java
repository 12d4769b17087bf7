package io.twinstream.verifier.drift;

/**
 * When an alarm was raised.
 *
 * @param windowStartMs of the window that raised it, which its id ends with
 * @param atMs end of that window
 */
record Raised(long windowStartMs, long atMs) {}
