package io.twinstream.deploy.cli.embedded;

import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.RepeatedWarnings;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.deploy.cli.console.StopSignal;
import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.deploy.demo.Demo;
import io.twinstream.deploy.demo.DemoOptions;
import io.twinstream.deploy.demo.DemoReport;
import io.twinstream.deploy.demo.DemoSummary;
import io.twinstream.deploy.demo.DemoView;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the main job in one process. */
@Command(
        name = "demo",
        description = {
            "Shows the main job in one process. It starts a Kafka broker, a verifier and ingest, and enrols subjects. Then "
                    + "it streams pictures of them and of strangers, and compares the verdicts with the truth.",
            "Pictures of another kind than the model was trained for are left undecided, and one line says so. The shipped models "
                    + "know hand-drawn characters.",
            "It runs until it is interrupted or --duration is over, keeps nothing, and uses a broker of its own on free ports."
        },
        exitCodeList = {
            "0:every probe has its verdict",
            "1:failed, or a verdict has not come; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done"
        },
        footer = {"  twinstream demo --duration 30s", "  twinstream demo --images drawings/ --rate 200"})
public final class DemoCommand implements Callable<Integer> {
    private static final Map<String, String> FREE_PORTS =
            Map.of(IngestSettings.HTTP_PORT, "0", VerifierSettings.HTTP_PORT, "0");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(
            names = "--images",
            paramLabel = "FOLDER",
            description = "Pictures by class: FOLDER/CLASS/IMAGE or FOLDER/GROUP/CLASS/IMAGE. "
                    + "Without it, characters are drawn.")
    private @Nullable Path images;

    @Option(
            names = "--subjects",
            defaultValue = "25",
            paramLabel = "N",
            description = "How many people are enrolled; there are as many strangers (default: ${DEFAULT-VALUE}).")
    private int subjects;

    @Option(
            names = "--rate",
            defaultValue = "50",
            paramLabel = "N",
            description = "Probes a second (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--duration", description = "How long probes are streamed, for example 30s or 5m.")
    private @Nullable Duration duration;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Seed of the demo; another one gives another demo (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--port", defaultValue = "0", description = "The broker's port (default: a free one).")
    private int port;

    @Option(
            names = "--json",
            description = "Print the summary as one JSON object, and nothing else on standard output.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Settings settings = options.settings(FREE_PORTS);
        Shard.of(settings).requireWhole();
        DemoOptions demo = new DemoOptions(images, subjects, rate, duration, seed, port);
        HttpServer.requireFree(IngestSettings.of(settings).http());
        HttpServer.requireFree(VerifierSettings.of(settings).http());
        RepeatedWarnings.count();
        // The demo itself says which references can't be used.
        Configurator.setLevel(GalleryUpdate.class, Level.ERROR);
        StopSignal stop = StopSignal.install();
        var command = Objects.requireNonNull(spec, "spec").commandLine();
        Screen screen =
                json ? new Screen(command.getErr(), Terminal.isErr()) : new Screen(command.getOut(), Terminal.isOut());
        DemoSummary summary = new Demo(demo, screen, stop::received).run(own(settings));
        if (json) {
            Output.of(spec).json(fields(summary));
        } else {
            summary.report().summary().forEach(screen::say);
            summary.advice().forEach(screen::say);
        }
        if (summary.unanswered() > 0) {
            throw new CommandException(
                    ExitCodes.FAILURE, summary.unanswered() + " probes have no verdict 10 s after the last one");
        }
        return ExitCodes.OK;
    }

    /** Returns what was set, without the settings that lead to other brokers. */
    private static Map<String, String> own(Settings settings) {
        Map<String, String> own = new LinkedHashMap<>(settings.originalsStrings());
        own.keySet().removeIf(key -> key.equals(CommonSettings.BOOTSTRAP) || key.startsWith(Settings.KAFKA_PREFIX));
        return own;
    }

    private static Map<String, @Nullable Object> fields(DemoSummary summary) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("seconds", summary.report().seconds());
        fields.put("verdicts", summary.report().counts().verdicts());
        fields.put("judged", summary.report().counts().judged());
        fields.put("verdictsPerSecond", summary.report().perSecond());
        fields.put("matchRate", summary.report().counts().matchRate());
        fields.put("mated", summary.report().counts().mated());
        fields.put("falseNonMatches", summary.report().counts().falseNonMatches());
        fields.put("nonMated", summary.report().counts().nonMated());
        fields.put("falseMatches", summary.report().counts().falseMatches());
        fields.put("undecided", summary.report().counts().undecided());
        fields.put("outOfDomain", summary.report().counts().outOfDomain());
        fields.put("blank", summary.report().counts().blank());
        fields.put("advice", summary.advice());
        fields.put("p50Millis", summary.report().p50Millis());
        fields.put("p99Millis", summary.report().p99Millis());
        fields.put("firstVerdictSeconds", summary.startSeconds());
        fields.put("unanswered", summary.unanswered());
        return fields;
    }

    /**
     * Shows a demo on a terminal, where the live line is written over, or in a file, where it is one line every five seconds.
     */
    private static final class Screen implements DemoView {
        private static final double SECONDS_BETWEEN_LINES = 5;
        private static final String CLEAR_LINE = "\r\u001b[K";

        private final PrintWriter out;
        private final boolean rewrites;
        private double nextLine = SECONDS_BETWEEN_LINES;
        private boolean live;

        Screen(PrintWriter out, boolean rewrites) {
            this.out = out;
            this.rewrites = rewrites;
        }

        @Override
        public void say(String line) {
            out.println((live ? CLEAR_LINE : "") + line);
            out.flush();
            live = false;
        }

        @Override
        public void show(DemoReport report) {
            if (rewrites) {
                out.print(CLEAR_LINE + report.line());
                out.flush();
                live = true;
            } else if (report.seconds() >= nextLine) {
                nextLine += SECONDS_BETWEEN_LINES;
                say(report.line());
            }
        }
    }
}
