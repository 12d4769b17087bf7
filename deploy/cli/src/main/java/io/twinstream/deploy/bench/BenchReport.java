package io.twinstream.deploy.bench;

/**
 * What one run measured on one machine; ratios hold, absolute figures are the machine's.
 *
 * @param raw decode, embed and identify in a plain loop, best threads and batch
 * @param recordAtATime the verifier on Kafka Streams without look-ahead
 * @param pipeline the verifier as it is
 * @param pipelineToRaw ratio of the two throughputs, the median of the rounds' own
 * @param pipelineToRecordAtATime likewise
 * @param latency at half of the pipeline's throughput
 */
public record BenchReport(
        Raw raw,
        Throughput recordAtATime,
        Throughput pipeline,
        double pipelineToRaw,
        double pipelineToRecordAtATime,
        Latency latency) {

    /** The raw limit with the setup that reached it, and the processor time of one probe. */
    public record Raw(double probesPerSecond, double cpuMicros, int threads, int batch) {}

    /** Median of the rounds, and the processor time of one probe: broker, verifier and reader. */
    public record Throughput(double probesPerSecond, double cpuMicros) {}

    /**
     * Milliseconds from when a probe is due until a read-committed reader has its verdict.
     *
     * @param probesPerSecond that were due
     * @param answeredPerSecond less where the verifier can't keep up
     */
    public record Latency(double probesPerSecond, double answeredPerSecond, double p50Millis, double p99Millis) {}

    /** For people. */
    public String text() {
        return """
                raw limit          %8.0f probes/s  %5.0f us of processor time each  (%d threads, batches of %d, no Kafka)
                record at a time   %8.0f probes/s  %5.0f us  (Kafka Streams without look-ahead)
                pipeline           %8.0f probes/s  %5.0f us  (%.2f of raw, %.2f times record at a time)
                latency            p50 %.0f ms, p99 %.0f ms at %.0f probes/s, half of the pipeline's throughput""".formatted(
                        raw.probesPerSecond(),
                        raw.cpuMicros(),
                        raw.threads(),
                        raw.batch(),
                        recordAtATime.probesPerSecond(),
                        recordAtATime.cpuMicros(),
                        pipeline.probesPerSecond(),
                        pipeline.cpuMicros(),
                        pipelineToRaw,
                        pipelineToRecordAtATime,
                        latency.p50Millis(),
                        latency.p99Millis(),
                        latency.probesPerSecond());
    }
}
