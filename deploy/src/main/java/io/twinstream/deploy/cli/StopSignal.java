package io.twinstream.deploy.cli;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * SIGINT and SIGTERM as something to wait for, so that main can stop its parts in order. A second signal ends the process
 * at once.
 *
 * <p>Maintainers: a shutdown hook won't do. The JVM runs all hooks together, ONNX Runtime's own among them, which frees
 * what threads of ours still use.
 */
final class StopSignal {
    private final CountDownLatch received = new CountDownLatch(1);

    private StopSignal() {}

    static StopSignal install() {
        StopSignal stop = new StopSignal();
        for (String name : List.of("INT", "TERM")) {
            Signals.register(name, () -> {
                Signals.registerDefault(name);
                stop.received.countDown();
            });
        }
        return stop;
    }

    void await() throws InterruptedException {
        received.await();
    }

    /** True if a signal came within the time. */
    boolean await(long millis) throws InterruptedException {
        return received.await(millis, TimeUnit.MILLISECONDS);
    }
}
