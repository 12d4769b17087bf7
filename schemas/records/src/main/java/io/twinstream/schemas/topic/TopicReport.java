package io.twinstream.schemas.topic;

import java.util.List;

/**
 * What became of one declaration.
 *
 * @param created false if the topic was there before
 * @param differences one line each, where an existing topic is not as declared
 */
public record TopicReport(String name, boolean created, List<String> differences) {
    public TopicReport {
        differences = List.copyOf(differences);
    }
}
