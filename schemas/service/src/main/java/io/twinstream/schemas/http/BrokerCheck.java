package io.twinstream.schemas.http;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Checks whether a broker answers. It asks anew for at most 2 seconds, for one caller at a time. */
public final class BrokerCheck {
    private static final long LIMIT_SECONDS = 2;

    private BrokerCheck() {}

    /** Makes the check {@code brokerAnswers}. */
    public static HealthCheck of(Admin admin) {
        return HealthCheck.of(
                        "brokerAnswers",
                        () -> answers(admin),
                        "no broker has answered within %d s: see the brokers, and bootstrap.servers"
                                .formatted(LIMIT_SECONDS))
                .oneAtATime();
    }

    private static boolean answers(Admin admin) {
        try {
            return !admin.describeCluster()
                    .nodes()
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
