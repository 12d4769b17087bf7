package io.twinstream.deploy.acceptance.speed;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.UntrainedPackage;
import io.twinstream.deploy.bench.Bench;
import io.twinstream.deploy.bench.BenchOptions;
import io.twinstream.deploy.bench.BenchReport;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.network.Architecture;
import io.twinstream.verifier.settings.VerifierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Compares a verifier under exactly-once in the throughput profile, with its broker and reader on the same processors and
 * minutes after its start, with a plain loop that decodes, embeds and identifies. It reaches at least 0.9 of the loop with
 * {@code compact}, 0.95 with the paper's network, untrained, which is also to be at least 1.5 times as fast as one record at a
 * time.
 */
public final class PipelineToRaw implements AcceptanceCheck {
    private static final double LEAST_OF_COMPACT = 0.9;
    private static final double LEAST_OF_PAPER = 0.95;
    private static final double LEAST_GAIN_OF_PAPER = 1.5;
    private static final int GALLERY = 100;
    private static final int DISTINCT = 500;
    private static final Duration WARM_UP = Duration.ofMinutes(4);
    private static final BenchOptions COMPACT = new BenchOptions(60_000, GALLERY, 5, WARM_UP);
    /** Options with half a minute a run: what is cut off at both ends is a batch of many. */
    private static final BenchOptions PAPER = new BenchOptions(3_000, GALLERY, 3, WARM_UP);

    @Override
    public Result run(Path images) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create("pipeline")) {
            Path file = folder.path().resolve("koch2015.zip");
            UntrainedPackage.write(
                    file,
                    Architecture.named("koch2015"),
                    new ModelId("koch2015", "1"),
                    ImageSet.read(Omniglot.alphabet(images), 1));
            BenchReport ofCompact = measure(images, "compact", COMPACT);
            BenchReport ofPaper = measure(images, file.toString(), PAPER);
            return new Result(
                    ofCompact.pipelineToRaw() >= LEAST_OF_COMPACT
                            && ofPaper.pipelineToRaw() >= LEAST_OF_PAPER
                            && ofPaper.pipelineToRecordAtATime() >= LEAST_GAIN_OF_PAPER,
                    "compact %s; koch2015 %s".formatted(figures(ofCompact), figures(ofPaper)));
        }
    }

    private static BenchReport measure(Path images, String model, BenchOptions options) throws Exception {
        BenchReport report = new Bench(
                        Map.of(VerifierSettings.MODEL, model, VerifierSettings.PROFILE, "throughput"),
                        options,
                        Images.read(images).workload(GALLERY, DISTINCT),
                        System.err::println)
                .run();
        System.err.println(report.text());
        return report;
    }

    private static String figures(BenchReport report) {
        return "%.2f of raw (%.0f of %.0f probes/s), %.2f times record at a time"
                .formatted(
                        report.pipelineToRaw(),
                        report.pipeline().probesPerSecond(),
                        report.raw().probesPerSecond(),
                        report.pipelineToRecordAtATime());
    }
}
