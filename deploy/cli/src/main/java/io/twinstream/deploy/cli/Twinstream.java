package io.twinstream.deploy.cli;

import io.twinstream.deploy.cli.console.DurationConverter;
import io.twinstream.deploy.cli.console.ErrorLine;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Terminal;
import io.twinstream.deploy.cli.embedded.BenchCommand;
import io.twinstream.deploy.cli.embedded.BrokerCommand;
import io.twinstream.deploy.cli.embedded.DemoCommand;
import io.twinstream.deploy.cli.embedded.DrawCommand;
import io.twinstream.deploy.cli.images.EnrolCommand;
import io.twinstream.deploy.cli.images.SubmitCommand;
import io.twinstream.deploy.cli.judging.ReplayCommand;
import io.twinstream.deploy.cli.judging.VerifyCommand;
import io.twinstream.deploy.cli.judging.WatchCommand;
import io.twinstream.deploy.cli.models.ModelsCommand;
import io.twinstream.deploy.cli.models.PublishCommand;
import io.twinstream.deploy.cli.service.IngestCommand;
import io.twinstream.deploy.cli.service.TrainerCommand;
import io.twinstream.deploy.cli.service.VerifierCommand;
import io.twinstream.deploy.cli.setup.AclsCommand;
import io.twinstream.deploy.cli.setup.DocsCommand;
import io.twinstream.deploy.cli.setup.KeysCommand;
import io.twinstream.deploy.cli.setup.SettingsCommand;
import io.twinstream.deploy.cli.setup.TopicsCommand;
import io.twinstream.deploy.cli.training.CalibrateCommand;
import io.twinstream.deploy.cli.training.DomainCommand;
import io.twinstream.deploy.cli.training.EvaluateCommand;
import io.twinstream.deploy.cli.training.ImportCommand;
import io.twinstream.deploy.cli.training.MeasureCommand;
import io.twinstream.deploy.cli.training.QuantizeCommand;
import io.twinstream.deploy.cli.training.RunsCommand;
import io.twinstream.deploy.cli.training.TrainCommand;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** This is the command line, which exits with the code that the command's help explains. */
@Command(
        name = "twinstream",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Twinstream.Version.class,
        description = "Decides, continuously, whether images that arrive on Kafka show the same thing.",
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "4:no broker answers"
        },
        footerHeading = "%nExample:%n",
        footer = {"  twinstream demo --duration 30s", "  twinstream COMMAND --help"},
        subcommands = {
            DemoCommand.class,
            DocsCommand.class,
            DrawCommand.class,
            BrokerCommand.class,
            TopicsCommand.class,
            AclsCommand.class,
            IngestCommand.class,
            VerifierCommand.class,
            TrainerCommand.class,
            EnrolCommand.class,
            SubmitCommand.class,
            WatchCommand.class,
            VerifyCommand.class,
            TrainCommand.class,
            RunsCommand.class,
            ImportCommand.class,
            CalibrateCommand.class,
            MeasureCommand.class,
            QuantizeCommand.class,
            DomainCommand.class,
            EvaluateCommand.class,
            PublishCommand.class,
            ModelsCommand.class,
            KeysCommand.class,
            ReplayCommand.class,
            BenchCommand.class,
            RehearseCommand.class,
            SettingsCommand.class
        })
public final class Twinstream implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of an error as well.")
    private boolean verbose;

    private Twinstream() {
        spec = CommandSpec.create();
    }

    public static void main(String[] arguments) {
        // The launcher says so, too; others start this class. Numbers in keys, metrics and scores have the digits that
        // programs read.
        Locale.setDefault(Locale.ROOT);
        int code = ExitCodes.FAILURE;
        try {
            code = commandLine().execute(arguments);
        } catch (RuntimeException | Error e) {
            // Before a command was chosen, or where there was no memory to say what has failed.
            System.err.println("twinstream: " + ErrorLine.of(e).text());
        } finally {
            System.exit(code);
        }
    }

    public static CommandLine commandLine() {
        Twinstream root = new Twinstream();
        return new CommandLine(root)
                .setColorScheme(Help.defaultColorScheme(Terminal.isOut() ? Help.Ansi.AUTO : Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(java.time.Duration.class, new DurationConverter())
                .setParameterExceptionHandler((e, arguments) -> wrongUsage(e))
                .setExecutionStrategy(parsed -> run(parsed, root))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command, root.verbose));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command");
    }

    private static int wrongUsage(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("twinstream: " + failure.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
        return ExitCodes.USAGE;
    }

    /** Runs a command, and turns errors too into a line, as of a library that can't be loaded: Picocli would let them pass. */
    private static int run(ParseResult parsed, Twinstream root) {
        try {
            return new RunLast().execute(parsed);
        } catch (Error e) {
            return failed(e, parsed.commandSpec().commandLine(), root.verbose);
        }
    }

    private static int failed(Throwable failure, CommandLine command, boolean verbose) {
        ErrorLine line = ErrorLine.of(failure);
        line.text().lines().forEach(each -> command.getErr().println("twinstream: " + each));
        if (verbose) {
            failure.printStackTrace(command.getErr());
        }
        return line.exitCode();
    }

    /** Names the version of the jar that this class is in. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"twinstream " + (version == null ? "from a working tree" : version)};
        }
    }
}
