package io.twinstream.deploy.cli;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;

/** The Kafka cluster that a command needs, asked for first so that its absence is said at once and plainly. */
final class Cluster {
    private static final int ANSWER_WITHIN_MS = 5_000;

    private Cluster() {}

    /**
     * Makes sure of the topics as well.
     *
     * @throws CommandException if no broker answers within 5 seconds, or a topic is missing
     */
    static void requireTopics(Settings settings) throws InterruptedException, ExecutionException {
        try (Admin admin = require(settings)) {
            Set<String> existing = admin.listTopics().names().get();
            for (TopicDeclaration declared : CommonSettings.topics(settings).all()) {
                if (!existing.contains(declared.name())) {
                    throw new CommandException(
                            ExitCodes.FAILURE,
                            "the topic %s doesn't exist: run 'twinstream topics create'".formatted(declared.name()));
                }
            }
        }
    }

    /**
     * A client of a cluster that has answered.
     *
     * @throws CommandException if no broker answers within 5 seconds
     */
    static Admin require(Settings settings) throws InterruptedException {
        Map<String, Object> config = settings.kafka();
        config.put("default.api.timeout.ms", ANSWER_WITHIN_MS);
        config.put("request.timeout.ms", ANSWER_WITHIN_MS);
        Admin admin = Admin.create(config);
        try {
            admin.describeCluster().nodes().get();
            return admin;
        } catch (ExecutionException e) {
            admin.close();
            if (e.getCause() instanceof TimeoutException) {
                throw new CommandException(
                        ExitCodes.UNREACHABLE,
                        "no broker answers at %s: start one with 'twinstream broker', or name one with --bootstrap"
                                .formatted(settings.getString(CommonSettings.BOOTSTRAP)));
            }
            ErrorLine line = ErrorLine.of(e);
            throw new CommandException(
                    line.exitCode(),
                    "the broker at %s refuses: %s"
                            .formatted(settings.getString(CommonSettings.BOOTSTRAP), line.text()));
        }
    }
}
