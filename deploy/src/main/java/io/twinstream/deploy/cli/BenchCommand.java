package io.twinstream.deploy.cli;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.bench.Bench;
import io.twinstream.deploy.bench.BenchOptions;
import io.twinstream.deploy.bench.BenchReport;
import io.twinstream.deploy.bench.Workload;
import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.Shard;
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
            "Measures on an embedded broker, in one run: the raw limit of this machine (decode, embed, identify in a plain loop),"
                    + " Kafka Streams with one record at a time, and the verifier; then its latency at half load.",
            "Ratios hold from machine to machine, probes/s don't."
        },
        footer = "  twinstream bench --probes 100000 --json")
final class BenchCommand implements Callable<Integer> {
    private static final long SEED = 1;
    private static final int DISTINCT_PROBES = 500;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--probes",
            paramLabel = "N",
            defaultValue = "60000",
            description =
                    "Probes of each run, from 1000; default ${DEFAULT-VALUE}. Short runs measure the JIT compiler and the start.")
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

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        Shard.refuse(settings);
        DrawnCharacters drawings = new DrawnCharacters(SEED);
        Workload workload = Workload.of(
                gallery, i -> drawings.png(i, 0), DISTINCT_PROBES, i -> drawings.png(i % gallery, 1 + i / gallery));
        BenchReport report =
                new Bench(settings.originalsStrings(), benchOptions(), workload, System.err::println).run();
        if (json) {
            Output.of(spec).json(report);
        } else {
            Output.of(spec).println(report.text());
        }
        return ExitCodes.OK;
    }

    private BenchOptions benchOptions() {
        try {
            return new BenchOptions(probes, gallery, rounds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()));
        }
    }
}
