package io.twinstream.deploy.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Ends the process of a service that has failed, within a few seconds: one of its threads may never stop, and as long as the process
 * lives, its consumers keep what others of the group could take over.
 *
 * <p>Maintainers: it halts, since hooks of the JVM free native memory that the thread may still be using.
 */
final class FailedService {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private FailedService() {}

    /** What to throw, so that the service's parts are closed in order; where they aren't in time, the process ends all the same. */
    static CommandException because(String failure, CommandSpec spec) {
        PrintWriter err = spec.commandLine().getErr();
        Thread end = new Thread(
                () -> {
                    try {
                        TimeUnit.MILLISECONDS.sleep(BOUND.toMillis());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                    err.println("twinstream: " + failure);
                    err.flush();
                    Runtime.getRuntime().halt(ExitCodes.FAILURE);
                },
                "failed-service");
        end.setDaemon(true);
        end.start();
        return new CommandException(ExitCodes.FAILURE, failure);
    }
}
