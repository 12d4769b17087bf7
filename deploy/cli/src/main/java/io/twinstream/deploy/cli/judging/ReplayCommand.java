package io.twinstream.deploy.cli.judging;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.DurationConverter;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.replay.ConfusionTable;
import io.twinstream.verifier.replay.Replay;
import io.twinstream.verifier.replay.ReplayRange;
import io.twinstream.verifier.replay.ReplayTally;
import io.twinstream.verifier.replay.Reproduction;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.settings.VersionSettings;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Judges stored probes again. */
@Command(
        name = "replay",
        description = {
            "Judges stored probes again, each by the version that judged it or all by --model, and compares with the "
                    + "verdicts on record. It changes nothing. Give it the verifiers' settings.",
            "The galleries are those of today. A verdict that differs because its gallery has another size is counted by "
                    + "itself, and is no difference."
        },
        exitCodeList = {
            "0:done; without --model, no verdict differs",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings, or no such probes; nothing was done",
            "3:a verdict differs",
            "4:no broker answers"
        },
        footer = {
            "  twinstream replay --from 2h",
            "  twinstream replay --from 2024-02-27 --to 2024-02-28T12:00:00Z --model letters/7 --json"
        })
public final class ReplayCommand implements Callable<Integer> {
    /**
     * Settings that a replay has instead of the defaults: it may take every processor, since nobody waits for verdicts beside
     * it.
     */
    private static final Map<String, String> DEFAULTS = Map.of(VerifierSettings.GALLERY_SHARE, "1");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            converter = PastTime.class,
            description = "Judge probes that came from then on: a time, a date "
                    + "(its first moment in UTC), or 2h for two hours ago.")
    private Instant from = Instant.EPOCH;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = PastTime.class,
            description = "Judge probes that came until then, in the same form (default: now).")
    private @Nullable Instant to;

    @Option(
            names = "--model",
            paramLabel = "NAME/VERSION",
            description = "Judge all probes by this version, and show what would have changed.")
    private @Nullable String model;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings(DEFAULTS);
        ModelId id = model == null ? null : ModelId.parse(model);
        Replay replay = new Replay(
                KafkaClients.of(CommonSettings.of(settings)),
                CommonSettings.of(settings).topics(),
                VersionSettings.of(settings, CommonSettings.of(settings)),
                new ReplayRange(from, to == null ? Instant.now() : to));
        Cluster.requireTopics(AccessSettings.of(settings), ClusterUser.VERIFIER);
        if (id != null) {
            ConfusionTable confusion = new ConfusionTable();
            Replay.Coverage coverage = run(replay, id, confusion);
            print(ReplayLines.fields(coverage, confusion), ReplayLines.of(coverage, confusion));
            return ExitCodes.OK;
        }
        Reproduction reproduction = new Reproduction();
        Replay.Coverage coverage = run(replay, null, reproduction);
        print(ReplayLines.fields(coverage, reproduction), ReplayLines.of(coverage, reproduction));
        return reproduction.differs() == 0 ? ExitCodes.OK : ExitCodes.NEGATIVE;
    }

    private static Replay.Coverage run(Replay replay, @Nullable ModelId id, ReplayTally tally) throws IOException {
        try (Bar bar = new Bar()) {
            return replay.run(id, tally, bar);
        }
    }

    private void print(Map<String, Object> fields, List<String> lines) {
        Output out = Output.of(spec);
        if (json) {
            out.json(fields);
        } else {
            lines.forEach(out::println);
        }
    }

    /** Shows a replay's progress as a bar where somebody looks at standard error, and nothing elsewhere. */
    private static final class Bar implements Replay.ReplayListener, AutoCloseable {
        private static final int UPDATE_MS = 500;

        private @Nullable ProgressBar bar;

        @Override
        public void onProgress(long judged, long most) {
            if (!Terminal.isErr()) {
                return;
            }
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        .setTaskName("replay")
                        .setInitialMax(most)
                        .setUpdateIntervalMillis(UPDATE_MS)
                        .setStyle(ProgressBarStyle.ASCII)
                        .showSpeed()
                        .build();
            }
            bar.stepTo(judged);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /**
     * Reads times in the past: ISO-8601 with an offset, {@code 2024-02-29T12:00:00Z}; a date, which is its first moment in UTC;
     * or a duration ago, {@code 2h}.
     */
    static final class PastTime implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String value) {
            try {
                if (value.contains("T")) {
                    return OffsetDateTime.parse(value).toInstant();
                }
                return value.contains("-")
                        ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.now().minus(new DurationConverter().convert(value));
            } catch (DateTimeException | TypeConversionException e) {
                throw new TypeConversionException(
                        "'%s' is no time: write 2024-02-29T12:00:00Z, 2024-02-29, or 2h for two hours ago"
                                .formatted(value));
            }
        }
    }
}
