package io.twinstream.schemas.topic;

import java.util.Map;
import java.util.TreeMap;

/**
 * Declares what a topic should be.
 *
 * @param partitions the number of partitions at creation
 * @param growing whether more partitions are fine, as they may be added while the topic is used
 * @param settings the topic settings that matter, by Kafka's names
 * @param vital the settings among them without which no service starts, each with the harm that another value does: {@code
 *     references are lost}
 */
public record TopicDeclaration(
        String name, int partitions, boolean growing, Map<String, String> settings, Map<String, String> vital) {
    public TopicDeclaration {
        settings = new TreeMap<>(settings);
        vital = Map.copyOf(vital);
    }

    public TopicDeclaration(String name, int partitions, Map<String, String> settings) {
        this(name, partitions, false, settings, Map.of());
    }

    TopicDeclaration asGrowing() {
        return new TopicDeclaration(name, partitions, true, settings, vital);
    }

    /** Returns this declaration with one more setting that is vital. */
    TopicDeclaration vital(String setting, String otherwise) {
        Map<String, String> more = new TreeMap<>(vital);
        more.put(setting, otherwise);
        return new TopicDeclaration(name, partitions, growing, settings, more);
    }
}
