package io.twinstream.deploy.acceptance.rig;

/**
 * How a check ended.
 *
 * @param figures one line
 */
public record Result(boolean kept, String figures) {}
