package io.twinstream.deploy.cli;

import io.twinstream.deploy.acl.Access;
import io.twinstream.deploy.acl.Grant;
import io.twinstream.deploy.acl.Service;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;

/** The Kafka cluster that a command needs, asked for first so that its absence is said at once and plainly. */
final class Cluster {
    private static final int ANSWER_WITHIN_MS = 5_000;

    private Cluster() {}

    /**
     * Looks for what a service needs: its topics, and its rights.
     *
     * @throws CommandException if no broker answers within 5 seconds, a topic is missing, or the user lacks a right
     */
    static void requireTopics(Settings settings, Service service) throws InterruptedException, ExecutionException {
        try (Admin admin = require(settings)) {
            for (Grant grant : Access.of(service, settings)) {
                Rights.require(admin, service, grant);
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
