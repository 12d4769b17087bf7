package io.twinstream.schemas.topic;

import java.util.Map;
import java.util.TreeMap;

/**
 * A topic as it ought to be.
 *
 * @param partitions at creation; more are fine later, except where a doc says otherwise
 * @param settings the topic settings that matter, by Kafka's names
 */
public record TopicDeclaration(String name, int partitions, Map<String, String> settings) {
    public TopicDeclaration {
        settings = new TreeMap<>(settings);
    }
}
