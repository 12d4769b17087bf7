package io.twinstream.deploy.bench;

/** Workloads of every size. */
@FunctionalInterface
public interface Workloads {
    /**
     * The same pictures each time.
     *
     * @param gallery references
     * @param side pixels of a picture's width and height
     */
    Workload of(int gallery, int side);
}
