package io.twinstream.deploy.cli.service;

import io.twinstream.deploy.cli.console.StopSignal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the process of each service has in common: what it logs, and how it ends when the service has failed. */
final class ServiceProcess {
    private static final Logger log = LoggerFactory.getLogger(ServiceProcess.class);
    private static final Duration BOUND = Duration.ofSeconds(5);

    private ServiceProcess() {}

    /**
     * Raises the levels of logging for a process that runs on: what Twinstream does, and Kafka's warnings. A command that ends says
     * only warnings.
     */
    static void log() {
        Configurator.setLevel("io.twinstream", Level.INFO);
        Configurator.setLevel("org.apache.kafka", Level.WARN);
        Thread.setDefaultUncaughtExceptionHandler(ServiceProcess::ended);
    }

    /** Of a stream thread its own handler has told already, in one line; Java would print the whole trace each time that it is replaced. */
    static void ended(Thread thread, Throwable failure) {
        if (thread.getName().contains("-StreamThread-")) {
            log.debug("the thread {} has ended", thread.getName(), failure);
        } else {
            log.error("the thread {} has ended", thread.getName(), failure);
        }
    }

    /**
     * Ends the process of a service that has failed, after five seconds in which its parts may close in order. One of its threads may
     * never stop, and as long as the process lives, its consumers keep what others of the group could take over.
     */
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
