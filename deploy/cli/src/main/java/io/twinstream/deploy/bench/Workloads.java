package io.twinstream.deploy.bench;

/** Makes workloads of every size. */
@FunctionalInterface
public interface Workloads {
    /**
     * Returns a workload, with the same pictures for the same sizes.
     *
     * @param gallery number of references
     * @param side pixels of a picture's width and height
     */
    Workload of(int gallery, int side);
}
