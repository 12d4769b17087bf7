package io.twinstream.deploy.acceptance;

/**
 * How a check ended.
 *
 * @param figures one line
 */
record Result(boolean kept, String figures) {}
