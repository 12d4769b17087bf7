package io.twinstream.deploy.cli.setup;

import static java.util.Objects.requireNonNull;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.topic.TopicDeclaration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the declared topics. */
@Command(
        name = "list",
        description = "Lists the topics with their partitions and the offsets that they have reached.",
        exitCodeList = {
            "0:all topics are there",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:a topic is missing",
            "4:no broker answers"
        },
        footer = "  twinstream topics list --json")
public final class TopicsListCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--json", description = "Print one JSON object a topic.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        boolean complete = true;
        try (Admin admin = Cluster.require(settings.common())) {
            for (TopicDeclaration declared :
                    settings.shard().topics(settings.common().topics())) {
                int partitions = partitions(admin, declared.name());
                complete &= partitions > 0;
                print(declared.name(), partitions, partitions > 0 ? end(admin, declared.name(), partitions) : 0);
            }
        }
        return complete ? ExitCodes.OK : ExitCodes.NEGATIVE;
    }

    private void print(String topic, int partitions, long end) {
        Output out = Output.of(spec);
        if (json) {
            out.json(new Listed(topic, partitions > 0, partitions, end));
        } else if (partitions == 0) {
            out.println("%-32s missing".formatted(topic));
        } else {
            out.println("%-32s %4d partitions  end offset %d".formatted(topic, partitions, end));
        }
    }

    /** Returns how many partitions the topic has, or 0 if there is no such topic. */
    private static int partitions(Admin admin, String topic) throws ExecutionException, InterruptedException {
        try {
            TopicDescription description = requireNonNull(admin.describeTopics(List.of(topic))
                            .topicNameValues()
                            .get(topic))
                    .get();
            return description.partitions().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }

    /** Returns the sum of the partitions' end offsets. */
    private static long end(Admin admin, String topic, int partitions) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new LinkedHashMap<>();
        for (int i = 0; i < partitions; i++) {
            latest.put(new TopicPartition(topic, i), OffsetSpec.latest());
        }
        long end = 0;
        for (var offset : requireNonNull(admin.listOffsets(latest).all().get()).values()) {
            end += offset.offset();
        }
        return end;
    }

    private record Listed(String topic, boolean exists, int partitions, long endOffset) {}
}
