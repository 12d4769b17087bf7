package io.twinstream.verifier.inference;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stand-in imitates an accelerator for benchmarks. A process has one device, which works off a queue; a batch of n
 * images takes {@code batchNanos + n * imageNanos} of it and hardly any processor time. Embeddings are samples of the
 * input, so verdicts mean nothing, though an image has the same one in every batch.
 */
record StandInInference(long batchNanos, long imageNanos) implements Inference {
    private static final Logger log = LoggerFactory.getLogger(StandInInference.class);
    /** This is the {@link System#nanoTime} when the device will have worked off its queue. */
    private static final AtomicLong FREE = new AtomicLong(System.nanoTime());

    StandInInference {
        log.warn("the embedder is a stand-in for an accelerator and embeds nothing: all verdicts are made up");
    }

    @Override
    public String provider() {
        return "STAND-IN";
    }

    @Override
    public InputForm form() {
        return InputForm.FLOATS;
    }

    @Override
    public void run(int images, ByteBuffer bytes, FloatBuffer out, BoundedRun bounded) {
        FloatBuffer in = bytes.asFloatBuffer();
        long takes = batchNanos + images * imageNanos;
        // A real device begins the next batch of its queue at once, without waking a thread.
        long end = FREE.accumulateAndGet(System.nanoTime(), (free, now) -> (free - now > 0 ? free : now) + takes);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        int input = in.remaining() / images;
        int length = out.remaining() / images;
        int step = Math.max(1, input / length);
        for (int image = 0; image < images; image++) {
            for (int i = 0; i < length; i++) {
                out.put(in.get(image * input + i * step % input));
            }
        }
    }

    @Override
    public void close() {}
}
