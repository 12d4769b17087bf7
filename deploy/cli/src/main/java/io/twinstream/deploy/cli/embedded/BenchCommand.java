package io.twinstream.deploy.cli.embedded;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.bench.Bench;
import io.twinstream.deploy.bench.BenchOptions;
import io.twinstream.deploy.bench.BenchReport;
import io.twinstream.deploy.bench.Sweep;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.ReportFile;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.drawing.Enlarged;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.settings.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the verifier against the machine. */
@Command(
        name = "bench",
        description = {
            "Measures three ways on an embedded broker: the raw limit of this machine (decode, embed, check and identify in a"
                    + " plain loop), Kafka Streams with one record at a time, and the verifier. Then it measures the"
                    + " verifier's latency at half load.",
            "Ratios hold from machine to machine, figures in probes/s don't."
        },
        footer = {
            "  twinstream bench --probes 100000 --json",
            "  twinstream bench --probes 15000 --report bench.html",
            "  twinstream bench --images people/ --set verifier.model=faces-1.zip"
        })
public final class BenchCommand implements Callable<Integer> {
    private static final long SEED = 1;
    private static final int DISTINCT_PROBES = 500;
    private static final int DRAWN_SIDE = 105;
    private static final int COLOURS = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--probes",
            paramLabel = "N",
            defaultValue = "60000",
            description =
                    "Probes of each run, at least 1000; default ${DEFAULT-VALUE}. Take many, since batches don't fill at the end of a run.")
    private int probes;

    @Option(
            names = "--gallery",
            paramLabel = "N",
            defaultValue = "100",
            description = "References that each probe is compared with; default ${DEFAULT-VALUE}.")
    private int gallery;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each way is measured; the median counts; default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description =
                    "Seconds that verifiers run before they are measured; default ${DEFAULT-VALUE}. For the first minutes the JIT"
                            + " compiler takes a part of the processors.")
    private int warmUp;

    @Option(
            names = "--images",
            paramLabel = "FOLDER",
            description =
                    "Take images of CLASS/IMAGE in a folder or an archive instead of drawings: the first of each class as its"
                            + " reference, the others as probes. A model with a locator needs images in which it finds something.")
    private @Nullable Path images;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "Vary load, threads, partitions, gallery, network and picture size one at a time instead, and write plots of them as one HTML"
                            + " file; --rounds and --warm-up don't count. 15000 probes a run take minutes in all.")
    private @Nullable Path report;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        Shard.of(settings).requireWhole();
        BenchOptions measured = benchOptions();
        if (report != null) {
            sweep(settings, measured, report);
            return ExitCodes.OK;
        }
        BenchReport result = new Bench(settings.originalsStrings(), measured, workload(), System.err::println).run();
        if (json) {
            Output.of(spec).json(result);
        } else {
            Output.of(spec).println(result.text());
        }
        return ExitCodes.OK;
    }

    private void sweep(Settings settings, BenchOptions measured, Path file) throws Exception {
        if (json) {
            throw new ParameterException(
                    requireNonNull(spec).commandLine(), "--report writes a page: leave --json out");
        }
        if (images != null) {
            throw new ParameterException(
                    requireNonNull(spec).commandLine(), "--report draws pictures of several sizes: leave --images out");
        }
        ReportFile.requireWritable(file);
        Sweep.Result result = new Sweep(settings, measured, BenchCommand::workload, System.err::println).run();
        Files.writeString(file, result.page());
        Output.of(spec).println(result.capacity());
    }

    private Workload workload() throws IOException {
        return images == null
                ? workload(gallery, DRAWN_SIDE)
                : Workload.of(ImageSet.read(images, COLOURS), gallery, DISTINCT_PROBES);
    }

    private static Workload workload(int references, int side) {
        DrawnCharacters drawings = new DrawnCharacters(SEED);
        return Workload.of(
                references,
                i -> Enlarged.png(drawings.png(i, 0), side),
                DISTINCT_PROBES,
                i -> Enlarged.png(drawings.png(i % references, 1 + i / references), side));
    }

    private BenchOptions benchOptions() {
        try {
            return new BenchOptions(probes, gallery, rounds, Duration.ofSeconds(warmUp));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
