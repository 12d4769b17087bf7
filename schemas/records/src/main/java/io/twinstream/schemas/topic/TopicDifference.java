package io.twinstream.schemas.topic;

import java.util.Optional;

/**
 * One respect in which a topic isn't as declared.
 *
 * @param what a setting by Kafka's name, or {@code partitions}, {@code replicas}
 * @param otherwise what becomes of the topic with the value found, where no service starts with it
 */
public record TopicDifference(String topic, String what, String found, String declared, Optional<String> otherwise) {
    /** As {@code topics create} shows it, under the topic's name. */
    String line() {
        return "%s is %s, declared %s".formatted(what, found, declared);
    }

    /** One line that names everything and, of a setting, the mend. */
    String told() {
        String known = "the topic %s has %s=%s, declared %s".formatted(topic, what, found, declared);
        return isSetting()
                ? "%s%s: run kafka-configs.sh --bootstrap-server ... --alter --entity-type topics --entity-name %s --add-config %s=%s"
                        .formatted(
                                known,
                                otherwise.map(each -> ", so that " + each).orElse(""),
                                topic,
                                what,
                                declared.contains(",") ? "[" + declared + "]" : declared)
                : known;
    }

    /** Whether it is one of the declaration, which says nothing of replicas. */
    boolean isDeclared() {
        return isSetting() || what.equals(TopicComparison.PARTITIONS);
    }

    private boolean isSetting() {
        return what.contains(".");
    }
}
