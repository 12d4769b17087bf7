package io.twinstream.schemas.kafka;

import java.util.List;

/**
 * Reports how the creation of one declared topic went.
 *
 * @param created false if the topic was there before
 * @param differences one line for each difference between an existing topic and its declaration
 */
public record TopicReport(String name, boolean created, List<String> differences) {
    public TopicReport {
        differences = List.copyOf(differences);
    }
}
