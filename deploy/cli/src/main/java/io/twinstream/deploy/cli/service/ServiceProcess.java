package io.twinstream.deploy.cli.service;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.KafkaWarnings;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.RepeatedWarnings;
import io.twinstream.deploy.cli.console.StopSignal;
import io.twinstream.schemas.threads.RunningService;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the process of a service: starts it, waits until a signal comes or it can't go on, and closes it. The process then ends
 * within a bound, whatever runs on, since code in a native library can't be interrupted. As long as the process of a service
 * that has failed lives, its consumers keep what others of the group could take over.
 */
final class ServiceProcess {
    private static final Logger log = LoggerFactory.getLogger(ServiceProcess.class);

    /** Time that is left to the process beyond the deadline of an orderly stop; whoever sent the signal waits half a minute. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    /** Time that a service that has failed has to close in order. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    private static final String NO_MEMORY =
            "memory is used up on a thread that the service needs; -Xmx in TWINSTREAM_JAVA_OPTS allows for more";

    private static final long BETWEEN_LOOKS_MS = 200;

    /** Starts a service. */
    interface Start {
        RunningService start() throws Exception;
    }

    private ServiceProcess() {}

    /**
     * Raises the levels of logging for a process that runs on: it shows what Twinstream does, and Kafka's warnings, those on an
     * outage after the line that says so. A command that ends shows only warnings.
     */
    static void log() {
        Configurator.setLevel("io.twinstream", Level.INFO);
        Configurator.setLevel("org.apache.kafka", Level.WARN);
        Configurator.setLevel("org.apache.kafka.clients.NetworkClient", Level.WARN);
        RepeatedWarnings.count();
        KafkaWarnings.hold();
        Thread.setDefaultUncaughtExceptionHandler(ServiceProcess::ended);
    }

    /**
     * Logs that a thread has ended by a failure. A stream thread's own handler has told already, in one line; Java would print
     * the whole trace each time that the thread is replaced. Where memory has run out on a thread of Kafka's, its client does nothing
     * any more, and so the process ends.
     */
    static void ended(Thread thread, Throwable failure) {
        if (thread.getName().contains("-StreamThread-")) {
            log.debug("the thread {} has ended", thread.getName(), failure);
        } else if (failure instanceof OutOfMemoryError) {
            StopSignal.halt(NO_MEMORY);
        } else {
            log.error("the thread {} has ended", thread.getName(), failure);
        }
    }

    /**
     * Runs a service until a signal comes.
     *
     * @param stop the deadline of its orderly stop
     * @param line says where it listens, given the port; the next line says when it is ready
     * @return the exit code
     * @throws CommandException with the cause, if the service couldn't go on
     */
    static int run(Duration stop, Output output, IntFunction<String> line, Start start) throws Exception {
        StopSignal signal = StopSignal.install(stop.plus(GRACE));
        CompletableFuture<String> failed = new CompletableFuture<>();
        RunningService service = start.start();
        endSoonAfter(failed);
        String failure;
        try (service) {
            String listens = line.apply(service.port());
            output.println(listens);
            sayWhenReady(service, output, listens.substring(0, listens.indexOf(':')) + ": ready");
            failure = awaitEnd(service, signal, failed);
        } finally {
            failed.cancel(false);
        }
        if (service.runsOn()) {
            StopSignal.halt(failure.isEmpty() ? "something runs on that can't be stopped" : failure);
        }
        if (!failure.isEmpty()) {
            throw new CommandException(ExitCodes.FAILURE, failure);
        }
        return ExitCodes.OK;
    }

    private static void sayWhenReady(RunningService service, Output output, String line) {
        Thread waiting = new Thread(
                () -> {
                    try {
                        while (!service.ready()) {
                            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MS);
                        }
                        output.println(line);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "says-when-ready");
        waiting.setDaemon(true);
        waiting.start();
    }

    private static String awaitEnd(RunningService service, StopSignal signal, CompletableFuture<String> failed)
            throws Exception {
        try {
            String failure = signal.orEnd(service::awaitEnd);
            if (!failure.isEmpty()) {
                failed.complete(failure);
            }
            return failure;
        } catch (Exception | Error e) {
            failed.complete("the service could not be waited for");
            throw e;
        }
    }

    /**
     * Ends the process some seconds after a failure, whatever the orderly stop waits for. The thread is there before: where memory
     * has run out none can be made.
     */
    private static void endSoonAfter(CompletableFuture<String> failed) {
        Thread end = new Thread(
                () -> {
                    try {
                        String failure = failed.get();
                        TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE.toMillis());
                        StopSignal.halt(failure);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (CancellationException | ExecutionException e) {
                        log.debug("the service has ended in order", e);
                    }
                },
                "failed-service");
        end.setDaemon(true);
        end.start();
    }
}
