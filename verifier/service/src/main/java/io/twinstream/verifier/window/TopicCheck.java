package io.twinstream.verifier.window;

import io.twinstream.schemas.settings.Settings;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses a topic that is missing, as on a cluster that an earlier release was set up on: Streams would wait for it a minute
 * at a time, for ever, and count nothing.
 */
final class TopicCheck {
    private static final Logger log = LoggerFactory.getLogger(TopicCheck.class);
    private static final int LIMIT_SECONDS = 5;

    private TopicCheck() {}

    /**
     * Looks at each; brokers that don't answer within {@value #LIMIT_SECONDS} s are left to Streams, which waits for them.
     *
     * @throws KafkaException naming the topic that is missing or forbidden, and the mend
     */
    static void require(Settings settings, List<String> topics) {
        try (Admin admin = Admin.create(settings.kafka())) {
            for (String topic : topics) {
                require(admin, topic);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void require(Admin admin, String topic) throws InterruptedException {
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new KafkaException(
                        "the topic %s is missing: run 'twinstream topics create' and start again".formatted(topic));
            }
            if (e.getCause() instanceof AuthorizationException) {
                throw new KafkaException(
                        "the topic %s is forbidden: 'twinstream acls verifier' prints what the verifier's user needs"
                                .formatted(topic));
            }
            log.debug("whether the topic {} is there can't be said", topic, e);
        }
    }
}
