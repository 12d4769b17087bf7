package io.twinstream.deploy.prometheus;

/**
 * This is a PromQL expression, as a file of ours holds it.
 *
 * @param name place where it stands
 */
public record PromQuery(String name, String expression) {}
