package io.twinstream.deploy.demo;

/**
 * How a demo went.
 *
 * @param report over the whole stream
 * @param startSeconds from the start of the JVM to the first verdict
 * @param unanswered probes whose verdict has not come within 10 seconds of the end
 */
public record DemoSummary(DemoReport report, double startSeconds, int unanswered) {}
