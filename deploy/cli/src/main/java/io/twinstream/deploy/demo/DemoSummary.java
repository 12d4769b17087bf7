package io.twinstream.deploy.demo;

import java.util.List;

/**
 * Says how a demo went.
 *
 * @param report the report over the whole stream
 * @param startSeconds seconds from the start of the JVM to the first verdict
 * @param unanswered probes whose verdict has not come within 10 seconds of the end
 * @param advice one line for each thing that is wrong with the pictures
 */
public record DemoSummary(DemoReport report, double startSeconds, int unanswered, List<String> advice) {
    public DemoSummary {
        advice = List.copyOf(advice);
    }
}
