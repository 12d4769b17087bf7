package io.twinstream.verifier.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Batch times say how long runs of different sizes take an image here, the smallest size first. The {@link #best} size is
 * the middle one of those that are as fast as any.
 *
 * <p>Maintainers: on a CPU a run that leaves the second cache takes longer for each image; a network with large dense
 * layers, or a device, gains with every image. What disturbs a run makes it slower, so the fastest run of a size counts.
 * Sizes take turns, upwards and downwards, since a machine's speed changes.
 *
 * @param sizes the powers of two that were tried, at least 1
 */
public record BatchTimes(List<BatchTime> sizes) {
    static final int ROUNDS = 7;
    /** Rounds end after this time, so that a small model is measured in a quarter of a second. */
    static final long ROUNDS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** A run that is expected to take longer isn't begun. */
    static final long LONGEST_RUN_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** No run is begun that would bring the time of all rounds together beyond this. */
    static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A run up to here is repeated at once, since a first run allocates. */
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Sizes that differ by less are as fast: measuring errs by about as much. */
    private static final double SAME = 1.02;
    /** A size that was this much slower than the best when it was first tried isn't tried again. */
    private static final double HOPELESS = 1.5;

    /** Runs an embedder on so many images, and returns the nanoseconds that this took. */
    @FunctionalInterface
    interface Runs {
        long nanos(int images);
    }

    /** A batch time is what runs of one size take. */
    public record BatchTime(int images, double microsAnImage) {}

    public BatchTimes {
        if (sizes.isEmpty()) {
            throw new IllegalArgumentException("no size was tried");
        }
        sizes = List.copyOf(sizes);
    }

    /**
     * Measures runs of all sizes up to one, each at least once unless it would take over two seconds. Repeating them takes a
     * quarter of a second, and for slow models two seconds at most.
     */
    static BatchTimes measure(int most, Runs runs) {
        List<Size> sizes = new ArrayList<>();
        Size size;
        int images = 1;
        do {
            size = new Size(images);
            size.run(runs);
            if (size.nanos <= SHORT_NANOS) {
                size.run(runs);
            }
            sizes.add(size);
            images *= 2;
        } while (images <= most && 2 * size.nanos <= LONGEST_RUN_NANOS);
        repeat(sizes, runs);
        return new BatchTimes(sizes.stream()
                .map(each -> new BatchTime(each.images, each.nanosAnImage() / 1e3))
                .toList());
    }

    private static void repeat(List<Size> sizes, Runs runs) {
        double hopeless =
                HOPELESS * sizes.stream().mapToDouble(Size::nanosAnImage).min().orElseThrow();
        List<Size> turn = new ArrayList<>(
                sizes.stream().filter(each -> each.nanosAnImage() <= hopeless).toList());
        long spent = 0;
        for (int round = 0; round < ROUNDS && spent < ROUNDS_NANOS; round++) {
            Collections.reverse(turn);
            for (Size each : turn) {
                if (spent + each.nanos <= MOST_NANOS) {
                    spent += each.run(runs);
                }
            }
        }
    }

    /** Returns the size that an embedder should be run at. */
    public int best() {
        double least =
                sizes.stream().mapToDouble(BatchTime::microsAnImage).min().orElseThrow();
        List<BatchTime> fast = sizes.stream()
                .filter(each -> each.microsAnImage() <= SAME * least)
                .toList();
        return fast.get(fast.size() / 2).images();
    }

    @Override
    public String toString() {
        return sizes.stream()
                        .map(each -> "%d: %.0f".formatted(each.images(), each.microsAnImage()))
                        .collect(Collectors.joining(", "))
                + " us an image";
    }

    /** A size is timed again and again. */
    private static final class Size {
        final int images;
        long nanos = Long.MAX_VALUE;

        Size(int images) {
            this.images = images;
        }

        long run(Runs runs) {
            long took = Math.max(1, runs.nanos(images));
            nanos = Math.min(nanos, took);
            return took;
        }

        double nanosAnImage() {
            return (double) nanos / images;
        }
    }
}
