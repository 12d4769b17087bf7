package io.twinstream.schemas.http;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Whether a broker answers, asked anew for at most 2 seconds. Who asks meanwhile gets the last answer and holds no thread. */
public final class BrokerCheck {
    private static final long LIMIT_SECONDS = 2;

    private final Admin admin;
    private final Semaphore asking = new Semaphore(1);
    private volatile boolean answered;

    public BrokerCheck(Admin admin) {
        this.admin = admin;
    }

    public boolean answers() {
        if (asking.tryAcquire()) {
            try {
                answered = ask();
            } finally {
                asking.release();
            }
        }
        return answered;
    }

    private boolean ask() {
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
