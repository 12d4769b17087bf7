package io.twinstream.deploy.bench;

/**
 * Holds what one run measured on one machine. Ratios hold from machine to machine, absolute figures don't.
 *
 * @param raw decode, embed and identify in a plain loop, with the threads and the batch that do best
 * @param recordAtATime the verifier on Kafka Streams without look-ahead
 * @param pipeline the verifier as it is
 * @param pipelineToRaw median of the rounds' ratios of the two throughputs
 * @param pipelineToRecordAtATime median of the rounds' ratios of the two throughputs
 * @param latency latency at half of the pipeline's throughput
 */
public record BenchReport(
        Raw raw,
        Throughput recordAtATime,
        Throughput pipeline,
        double pipelineToRaw,
        double pipelineToRecordAtATime,
        Latency latency) {

    /** Holds the raw limit with the setup that reached it, and the processor time of one probe. */
    public record Raw(double probesPerSecond, double cpuMicros, int threads, int batch) {}

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
