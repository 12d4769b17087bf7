package io.twinstream.verifier.window;

import io.twinstream.schemas.settings.Settings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
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
     * @throws KafkaException naming the topic that is missing, and the mend
     */
    static void require(Settings settings, List<String> topics) {
        try (Admin admin = Admin.create(settings.kafka())) {
            Set<String> there = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            for (String topic : topics) {
                if (!there.contains(topic)) {
                    throw new KafkaException(
                            "the topic %s is missing: run 'twinstream topics create' and start again".formatted(topic));
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            log.debug("whether the topics are there can't be said", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
