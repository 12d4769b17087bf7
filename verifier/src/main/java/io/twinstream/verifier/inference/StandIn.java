package io.twinstream.verifier.inference;

import java.nio.FloatBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stand-in for an accelerator, for benchmarks: a process has one, its threads take turns on it, and a batch of n images takes
 * {@code batchNanos + n * imageNanos} of it and hardly any processor time. Embeddings are samples of the input, so verdicts mean
 * nothing.
 */
record StandIn(long batchNanos, long imageNanos) implements Inference {
    private static final Logger log = LoggerFactory.getLogger(StandIn.class);
    private static final ReentrantLock DEVICE = new ReentrantLock(true);

    StandIn {
        log.warn("an accelerator's stand-in embeds nothing: all verdicts are made up");
    }

    @Override
    public String provider() {
        return "STAND-IN";
    }

    @Override
    public void run(int images, FloatBuffer in, FloatBuffer out) {
        DEVICE.lock();
        try {
            long end = System.nanoTime() + batchNanos + images * imageNanos;
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        } finally {
            DEVICE.unlock();
        }
        int step = Math.max(1, in.remaining() / out.remaining());
        for (int i = 0; out.hasRemaining(); i += step) {
            out.put(in.get(i));
        }
    }

    @Override
    public void close() {}
}
