package io.twinstream.ingest.image;

import io.twinstream.schemas.image.ForeignDecoder;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many pictures are decoded at a time: together they take at most a quarter of the heap, and there are at most four
 * for each processor. Further ones wait their turn, ten seconds at most. A picture that needs more memory than that is decoded
 * alone. For many threads.
 */
final class DecodingRoom {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SHARE_OF_HEAP = 4;
    private static final int PICTURES_PER_PROCESSOR = 4;
    /** Bytes that one permit stands for. */
    private static final int UNIT = 1 << 10;

    private final ImageLimits limits;
    private final int units;
    private final int least;
    private final Duration patience;
    private final Semaphore free;
    private final Queue<ImageDecoder> idle = new ConcurrentLinkedQueue<>();

    DecodingRoom(ImageLimits limits) {
        this(
                limits,
                Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP,
                Runtime.getRuntime().availableProcessors() * PICTURES_PER_PROCESSOR,
                PATIENCE);
    }

    DecodingRoom(ImageLimits limits, long bytes, int pictures, Duration patience) {
        this.limits = limits;
        this.units = (int) Math.min(Integer.MAX_VALUE, Math.max(bytes / UNIT, pictures));
        this.least = units / pictures;
        this.patience = patience;
        this.free = new Semaphore(units, true);
    }

    /** Decodes with the decoder that it is lent. */
    interface DecoderUse<T> {
        T of(ImageDecoder decoder) throws ImageRefusedException;
    }

    /**
     * Runs the work once there is room for it.
     *
     * @param bytes that the work takes, roughly
     * @throws ImageRefusedException if memory doesn't suffice, or if the work throws it
     * @throws Pictures.TooBusyException if there is no room in time
     */
    <T> T run(long bytes, DecoderUse<T> work) throws ImageRefusedException {
        int share = (int) Math.min(units, Math.max(least, bytes / UNIT));
        take(share);
        ImageDecoder polled = idle.poll();
        ImageDecoder decoder = polled == null ? new ImageDecoder(limits) : polled;
        try {
            return work.of(decoder);
        } catch (OutOfMemoryError e) {
            // One array was too large; nothing else was harmed.
            throw ForeignDecoder.tooLarge();
        } finally {
            idle.add(decoder);
            free.release(share);
        }
    }

    private void take(int share) {
        try {
            if (!free.tryAcquire(share, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Pictures.TooBusyException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Pictures.TooBusyException();
        }
    }
}
