package io.twinstream.deploy.cli.setup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.cli.cluster.Cluster;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.cli.console.Output;
import io.twinstream.deploy.cli.console.SettingsOptions;
import io.twinstream.schemas.kafka.OpenTransaction;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.TopicDeclaration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the transactions that hold readers of the topics back, and aborts one. */
@Command(
        name = "transactions",
        description = {
            "Lists the open transactions that keep readers from the ends of the topics: what is committed behind them isn't seen "
                    + "until they end. Transactions younger than topics.held.after.ms are left out, since services write in such transactions.",
            "The first one listed of a partition holds the readers. When it has ended, the next one does.",
            "With --abort it ends one without its records, and says what holds the readers then. A producer that is alive gets an "
                    + "error at its next call."
        },
        exitCodeList = {
            "0:no transaction holds readers back; with --abort, it is aborted",
            "1:failed; the line on standard error says why",
            "2:wrong options, arguments or settings; nothing was done",
            "3:transactions hold readers back; with --abort: none of that name is open, and nothing was done",
            "4:no broker answers"
        },
        footer = {
            "  twinstream topics transactions --json",
            "  twinstream topics transactions --abort import-7",
            "  twinstream topics transactions --abort twinstream.references-0"
        })
public final class TopicsTransactionsCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long PAUSE_MS = 100;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private SettingsOptions options = new SettingsOptions();

    @Option(names = "--all", description = "Also list transactions that are younger than topics.held.after.ms.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object for each partition of a transaction.")
    private boolean json;

    @Option(
            names = "--abort",
            paramLabel = "TRANSACTION",
            description =
                    "Abort the listed transaction that has this transactional id, or that holds this TOPIC-PARTITION back.")
    private @Nullable String abort;

    @Override
    public Integer call() throws Exception {
        AccessSettings settings = options.read(AccessSettings::of);
        try (Admin admin = Cluster.require(settings.common())) {
            OpenTransactions transactions = new OpenTransactions(admin);
            List<TopicPartition> partitions = transactions.partitions(
                    settings.shard().topics(settings.common().topics()).stream()
                            .map(TopicDeclaration::name)
                            .toList());
            Instant now = Instant.now();
            List<OpenTransaction> open = transactions.all(transactions.heldBack(partitions));
            if (abort != null) {
                return abort(transactions, named(open, abort));
            }
            Duration after = settings.common().heldAfter();
            List<OpenTransaction> listed = open.stream()
                    .filter(each -> all || each.age(now).orElse(after).compareTo(after) >= 0)
                    .toList();
            listed.forEach(each -> print(each, now));
            if (listed.isEmpty() && !json) {
                Output.of(spec)
                        .println(
                                all
                                        ? "no open transaction holds a topic back"
                                        : "no transaction has been open on a topic for %d s or longer"
                                                .formatted(after.toSeconds()));
            }
            return listed.isEmpty() ? ExitCodes.OK : ExitCodes.NEGATIVE;
        }
    }

    private static List<OpenTransaction> named(List<OpenTransaction> open, String name) {
        List<OpenTransaction> named = open.stream()
                .filter(each -> each.transactionalId().filter(name::equals).isPresent())
                .toList();
        if (named.isEmpty()) {
            // The first of a partition is the one that holds its readers.
            named = open.stream()
                    .filter(each -> each.partition().toString().equals(name))
                    .limit(1)
                    .toList();
        }
        if (named.isEmpty()) {
            throw new CommandException(
                    ExitCodes.NEGATIVE,
                    "no open transaction '%s' holds a topic back: 'twinstream topics transactions --all' lists those that do"
                            .formatted(ForeignText.value(name)));
        }
        return named;
    }

    /** Aborts one transaction, which may hold several partitions back. */
    private int abort(OpenTransactions transactions, List<OpenTransaction> named) throws InterruptedException {
        transactions.abort(named.get(0));
        Map<TopicPartition, Long> begun =
                named.stream().collect(Collectors.toMap(OpenTransaction::partition, OpenTransaction::offset));
        long start = System.nanoTime();
        List<OpenTransaction> left = transactions.all(transactions.heldBack(begun.keySet()));
        while (left.stream().anyMatch(each -> Objects.equals(begun.get(each.partition()), each.offset()))) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new CommandException(
                        ExitCodes.FAILURE,
                        "the transaction is told to end and hasn't within %d s: look again with 'twinstream topics transactions'"
                                .formatted(LIMIT.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            left = transactions.all(transactions.heldBack(begun.keySet()));
        }
        Instant now = Instant.now();
        for (OpenTransaction each : named) {
            Optional<OpenTransaction> next = left.stream()
                    .filter(other -> other.partition().equals(each.partition()))
                    .findFirst();
            printAborted(each, next, now);
        }
        return ExitCodes.OK;
    }

    private void printAborted(OpenTransaction aborted, Optional<OpenTransaction> next, Instant now) {
        Output out = Output.of(spec);
        if (json) {
            out.json(new Aborted(
                    Listed.of(aborted, now),
                    next.map(each -> Listed.of(each, now)).orElse(null)));
            return;
        }
        String readers = next.map(each -> "readers of %s now stop at offset %d, where a transaction of %s begins%s"
                        .formatted(
                                each.partition(),
                                each.offset(),
                                id(each),
                                each.age(now)
                                        .map(age -> ", open for %d s".formatted(age.toSeconds()))
                                        .orElse("")))
                .orElse("readers of %s go on".formatted(aborted.partition()));
        out.println("aborted %s, %s"
                .formatted(
                        aborted.transactionalId().map(ForeignText::value).orElse("a transaction that hung"), readers));
    }

    private static String id(OpenTransaction each) {
        return each.transactionalId().map(ForeignText::value).orElse("unknown id")
                + each.producerId().stream().mapToObj(id -> ", producer " + id).collect(Collectors.joining());
    }

    private void print(OpenTransaction each, Instant now) {
        Output out = Output.of(spec);
        if (json) {
            out.json(Listed.of(each, now));
            return;
        }
        out.println("%-32s offset %-10d %-9s %s"
                .formatted(
                        each.partition(),
                        each.offset(),
                        each.age(now).map(age -> age.toSeconds() + " s").orElse("?"),
                        id(each)
                                + each.timeout()
                                        .map(limit -> ", timeout %d s".formatted(limit.toSeconds()))
                                        .orElse("")));
    }

    /** Holds an aborted transaction as JSON has it, and the one that holds the partition's readers then; null if none does. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Aborted(
            @JsonUnwrapped Listed aborted, @Nullable Listed next) {}

    /** Holds one transaction as JSON has it; a value that isn't known is null there, and not left out. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Listed(
            String topic,
            int partition,
            long offset,
            @Nullable String since,
            @Nullable Long openSeconds,
            @Nullable String transactionalId,
            @Nullable Long producerId,
            @Nullable Long timeoutMs) {
        static Listed of(OpenTransaction each, Instant now) {
            return new Listed(
                    each.partition().topic(),
                    each.partition().partition(),
                    each.offset(),
                    each.since().map(Instant::toString).orElse(null),
                    each.age(now).map(Duration::toSeconds).orElse(null),
                    each.transactionalId().orElse(null),
                    boxed(each.producerId()),
                    each.timeout().map(Duration::toMillis).orElse(null));
        }

        private static @Nullable Long boxed(OptionalLong number) {
            return number.isPresent() ? number.getAsLong() : null;
        }
    }
}
