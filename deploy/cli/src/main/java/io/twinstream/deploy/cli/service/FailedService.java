package io.twinstream.deploy.cli.service;

import io.twinstream.deploy.cli.console.StopSignal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process of a service that has failed, within a few seconds: one of its threads may never stop, and as long as the process
 * lives, its consumers keep what others of the group could take over.
 */
final class FailedService {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private FailedService() {}

    /** Leaves the service's parts so long to close in order. */
    static void endSoon(String failure) {
        Thread end = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(BOUND.toMillis());
                        StopSignal.halt(failure);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "failed-service");
        end.setDaemon(true);
        end.start();
    }
}
