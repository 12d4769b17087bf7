package io.twinstream.verifier.web;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Whether a broker answers, asked anew each time, for at most 2 seconds. */
public final class BrokerCheck {
    private static final long LIMIT_SECONDS = 2;

    private final Admin admin;

    public BrokerCheck(Admin admin) {
        this.admin = admin;
    }

    public boolean answers() {
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
