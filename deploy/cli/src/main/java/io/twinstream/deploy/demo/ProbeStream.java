package io.twinstream.deploy.demo;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.schemas.image.ImageRefusedException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a workload at a steady rate on a thread of its own. A probe that is late is sent at once, so that the rate holds on
 * average. After a second of delay the rest is not made up for.
 */
final class ProbeStream implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProbeStream.class);
    private static final String SOURCE = "demo-%d";
    private static final int SOURCES = 16;
    private static final long NANOS = 1_000_000_000L;

    private final ImagePublisher publisher;
    private final DemoWorkload workload;
    private final DemoTally tally;
    private final double perSecond;
    private final AtomicReference<@Nullable String> trouble = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "demo-stream");
    private volatile boolean stopped;

    private ProbeStream(ImagePublisher publisher, DemoWorkload workload, DemoTally tally, double perSecond) {
        this.publisher = publisher;
        this.workload = workload;
        this.tally = tally;
        this.perSecond = perSecond;
    }

    static ProbeStream start(ImagePublisher publisher, DemoWorkload workload, DemoTally tally, double perSecond) {
        ProbeStream stream = new ProbeStream(publisher, workload, tally, perSecond);
        stream.thread.start();
        return stream;
    }

    /** Ends the stream, and returns when the last probe is handed over. */
    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long interval = Math.max(1, Math.round(NANOS / perSecond));
        long due = System.nanoTime();
        for (int number = 0; !stopped; number++) {
            for (long wait = due - System.nanoTime(); wait > 0 && !stopped; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            send("demo-probe-" + number, SOURCE.formatted(number % SOURCES), workload.next());
            due = Math.max(due + interval, System.nanoTime() - NANOS);
        }
    }

    private void send(String probeId, String source, DemoProbe probe) {
        tally.sent(probeId, probe);
        try {
            var unused = publisher
                    .probe(new ProbeRequest(probeId, source, probe.image(), probe.task()))
                    .whenComplete((id, failure) -> {
                        if (failure != null) {
                            failed(probeId, String.valueOf(failure.getMessage()));
                        }
                    });
        } catch (ImageRefusedException e) {
            failed(probeId, e.reason());
        }
    }

    /** Counts a probe as failed. It logs one line for each new kind of trouble, not for each probe. */
    private void failed(String probeId, String why) {
        tally.failed(probeId);
        if (!why.equals(trouble.getAndSet(why))) {
            log.warn("a probe was not sent: {}", why);
        }
    }
}
