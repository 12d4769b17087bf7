package io.twinstream.deploy.cli.embedded;

import io.twinstream.deploy.broker.BrokerKeeper;
import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.StopSignal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a Kafka broker until a signal comes. */
@Command(
        name = "broker",
        description = {
            "Runs Apache Kafka's own broker as one node, for development. For real work use a real cluster.",
            "Where its disk fills it stands still, and goes on by itself once there is room."
        },
        footer = "  twinstream broker --folder ./kafka-data --port 9092")
public final class BrokerCommand implements Callable<Integer> {
    private static final String DEFAULT_PORT = "9092";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--folder",
            description = "Folder that keeps the data; by default a temporary one, removed at the end.")
    private @Nullable Path folder;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "Name or address to listen on and to be reached by (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = "--port",
            defaultValue = DEFAULT_PORT,
            description = "Port for clients, 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--broker-property",
            paramLabel = "KEY=VALUE",
            description = "A property of Kafka's broker; may be repeated.")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        StopSignal stop = StopSignal.install();
        try (TemporaryFolder temporary = folder == null ? TemporaryFolder.create("twinstream-broker-") : null) {
            Path data = temporary == null ? Objects.requireNonNull(folder) : temporary.path();
            try (BrokerKeeper broker = BrokerKeeper.start(new BrokerOptions(data, host, port, 0, properties))) {
                Output.of(spec).println("broker at " + broker.bootstrapServers());
                String failure = stop.orEnd(broker::awaitEnd);
                if (!failure.isEmpty()) {
                    throw new CommandException(ExitCodes.FAILURE, failure);
                }
            }
        }
        return ExitCodes.OK;
    }
}
