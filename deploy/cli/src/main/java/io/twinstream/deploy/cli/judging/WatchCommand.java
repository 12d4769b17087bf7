package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.cli.console.StopSignal;
import io.twinstream.deploy.verdict.DeadLetterReader;
import io.twinstream.deploy.verdict.DeadLetterText;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.deploy.verdict.VerdictText;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.DeadLetterView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints verdicts, or dead letters, as they come. */
@Command(
        name = "watch",
        description = {
            "Prints verdicts as they come, until it is interrupted or --count of them have come.",
            "With --dead-letters prints what couldn't be judged, with reason, source, probe, cause, and where the record lies."
        },
        footer = {
            "  twinstream watch --from-beginning --count 10 --json",
            "  twinstream watch --dead-letters --from-beginning"
        })
public final class WatchCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(200);

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--dead-letters", description = "Print the dead letters instead of the verdicts.")
    private boolean deadLetters;

    @Option(names = "--from-beginning", description = "Print also what is there already.")
    private boolean fromBeginning;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "End after N of them (default: never).")
    private long count;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        Cluster.require(settings.common()).close();
        StopSignal stop = StopSignal.install();
        if (deadLetters) {
            try (DeadLetterReader reader = DeadLetterReader.open(settings.common(), fromBeginning)) {
                printEach(() -> reader.poll(POLL), this::print, stop);
            }
        } else {
            try (VerdictReader reader = VerdictReader.open(settings.common(), fromBeginning)) {
                printEach(() -> reader.poll(POLL), this::print, stop);
            }
        }
        return ExitCodes.OK;
    }

    private <T> void printEach(Supplier<List<T>> next, Consumer<T> print, StopSignal stop) {
        long printed = 0;
        while (printed < count && !stop.received()) {
            for (T each : next.get()) {
                if (printed++ < count) {
                    print.accept(each);
                }
            }
        }
    }

    private void print(DeadLetterView letter) {
        if (json) {
            Output.of(spec).json(letter);
        } else {
            Output.of(spec).println(DeadLetterText.line(letter));
        }
    }

    private void print(Verdict verdict) {
        if (json) {
            Output.of(spec).json(VerdictText.fields(verdict));
        } else {
            Output.of(spec).println(VerdictText.line(verdict));
            VerdictText.regions(verdict).forEach(Output.of(spec)::println);
        }
    }
}
