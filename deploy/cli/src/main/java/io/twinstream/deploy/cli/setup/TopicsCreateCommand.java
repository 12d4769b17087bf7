package io.twinstream.deploy.cli.setup;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.kafka.TopicReport;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Creates the topics that are missing. */
@Command(
        name = "create",
        description =
                "Creates the topics that are missing. It changes none that exists, and says what differs of those.",
        exitCodeList = {
            "0:all topics are there, as declared",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:all topics are there, and one that existed differs",
            "4:no broker answers"
        },
        footer = "  twinstream topics create --set topic.partitions=12")
public final class TopicsCreateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--json", description = "Print one JSON object a topic.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        List<TopicReport> reports;
        try (Admin admin = Cluster.require(settings.common())) {
            reports = new TopicCreation(admin)
                    .create(settings.shard().topics(settings.common().topics()));
        }
        for (TopicReport report : reports) {
            print(report);
        }
        return reports.stream().allMatch(report -> report.differences().isEmpty()) ? ExitCodes.OK : ExitCodes.NEGATIVE;
    }

    private void print(TopicReport report) {
        Output out = Output.of(spec);
        if (json) {
            out.json(new Created(report.name(), report.created(), report.differences()));
            return;
        }
        out.println("%-8s %s".formatted(report.created() ? "created" : "exists", report.name()));
        report.differences().forEach(difference -> out.println("         " + difference));
    }

    private record Created(String topic, boolean created, List<String> differences) {}
}
