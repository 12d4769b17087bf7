package io.twinstream.schemas.metrics;

/** Upper bounds of histograms' buckets, in the metric's unit. */
final class Buckets {
    static final double[] MICROSECONDS = {1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 1};
    static final double[] MILLISECONDS = {1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5};
    static final double[] SECONDS = {5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
    static final double[] IMAGES = {1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096};

    private Buckets() {}
}
