package io.twinstream.deploy.cli;

import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.deploy.verdict.VerdictText;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints verdicts as they come. */
@Command(
        name = "watch",
        description = "Prints verdicts as they come, until interrupted or so many have come.",
        footer = "  twinstream watch --from-beginning --count 10 --json")
final class WatchCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--from-beginning", description = "Print the verdicts that are there already, too.")
    private boolean fromBeginning;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "End after N verdicts.")
    private long count;

    @Option(names = "--json", description = "Print one JSON object a verdict.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings();
        Cluster.require(settings).close();
        StopSignal stop = StopSignal.install();
        try (VerdictReader reader = VerdictReader.open(settings, fromBeginning)) {
            long printed = 0;
            while (printed < count && !stop.received()) {
                for (Verdict verdict : reader.poll(POLL)) {
                    if (printed++ < count) {
                        print(verdict);
                    }
                }
            }
        }
        return ExitCodes.OK;
    }

    private void print(Verdict verdict) {
        if (json) {
            Output.of(spec).json(VerdictText.fields(verdict));
        } else {
            Output.of(spec).println(VerdictText.line(verdict));
        }
    }
}
