package io.twinstream.deploy.prometheus;

/**
 * A PromQL expression, as a file of ours holds it.
 *
 * @param name where it stands
 */
public record PromQuery(String name, String expression) {}
