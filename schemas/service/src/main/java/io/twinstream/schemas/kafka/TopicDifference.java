package io.twinstream.schemas.kafka;

import java.util.Optional;

/**
 * This is one respect in which a topic isn't as declared.
 *
 * @param what a setting by Kafka's name, or {@code partitions}, {@code replicas}
 * @param otherwise the harm that the found value does, where no service starts with it
 */
public record TopicDifference(String topic, String what, String found, String declared, Optional<String> otherwise) {
    /** Returns the line that {@code topics create} shows under the topic's name. */
    String line() {
        return "%s is %s, declared %s".formatted(what, found, declared);
    }

    /** Returns one line that names topic and values and, for a setting, the command that corrects it. */
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

    /** Returns whether the declaration itself differs; it says nothing about replicas. */
    boolean isDeclared() {
        return isSetting() || what.equals(TopicComparison.PARTITIONS);
    }

    private boolean isSetting() {
        return what.contains(".");
    }
}
