package io.twinstream.deploy.acceptance.rig;

/**
 * Says how a check ended.
 *
 * @param figures the figures in one line
 */
public record Result(boolean kept, String figures) {}
