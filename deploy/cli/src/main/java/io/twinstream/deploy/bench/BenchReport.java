package io.twinstream.deploy.bench;

/**
 * Holds what one run measured on one machine. Ratios hold from machine to machine, absolute figures don't.
 *
 * @param raw decode, embed, check and identify in a plain loop, with the threads and the batch that do best
 * @param recordAtATime the verifier on Kafka Streams without look-ahead
 * @param pipeline the verifier as it is
 * @param pipelineToRaw median of the rounds' ratios of the two throughputs
 * @param pipelineToRecordAtATime median of the rounds' ratios of the two throughputs
 * @param latency latency at half of the pipeline's throughput
 * @param batch images that the pipeline's embedder is run on at once at most, by the verifier's own measurement
 */
public record BenchReport(
        Raw raw,
        Throughput recordAtATime,
        Throughput pipeline,
        double pipelineToRaw,
        double pipelineToRecordAtATime,
        Latency latency,
        int batch) {

    /**
     * Holds the raw limit with the setup that reached it, and the processor time of one probe.
     *
     * @param run images of a batch that the embedder is run on at once
     */
    public record Raw(double probesPerSecond, double cpuMicros, int threads, int batch, int run) {}

    /** Holds the median of the rounds, and the processor time of one probe in broker, verifier and reader together. */
    public record Throughput(double probesPerSecond, double cpuMicros) {}

    /**
     * Holds the milliseconds from when a probe is due until a read-committed reader has its verdict.
     *
     * @param probesPerSecond probes that were due
     * @param answeredPerSecond probes that were answered, fewer where the verifier can't keep up
     */
    public record Latency(double probesPerSecond, double answeredPerSecond, double p50Millis, double p99Millis) {}

    /** Returns the report as lines for people. */
    public String text() {
        return """
                raw limit          %8.0f probes/s  %5.0f us of processor time each  (%d threads, batches of %d in runs of %d, no Kafka)
                record at a time   %8.0f probes/s  %5.0f us  (Kafka Streams without look-ahead)
                pipeline           %8.0f probes/s  %5.0f us  (%.2f of raw, %.2f times record at a time, runs of %d)
                latency            p50 %.0f ms, p99 %.0f ms at %.0f probes/s, half of the pipeline's throughput""".formatted(
                        raw.probesPerSecond(),
                        raw.cpuMicros(),
                        raw.threads(),
                        raw.batch(),
                        raw.run(),
                        recordAtATime.probesPerSecond(),
                        recordAtATime.cpuMicros(),
                        pipeline.probesPerSecond(),
                        pipeline.cpuMicros(),
                        pipelineToRaw,
                        pipelineToRecordAtATime,
                        batch,
                        latency.p50Millis(),
                        latency.p99Millis(),
                        latency.probesPerSecond());
    }
}
