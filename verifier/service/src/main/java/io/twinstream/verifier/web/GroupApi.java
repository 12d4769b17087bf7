package io.twinstream.verifier.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.release.ModelStates;
import io.twinstream.schemas.release.ModelStates.InstanceState;
import io.twinstream.verifier.settings.VerifierSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /v1/group}: whether all is well with every verifier of the group, and what is in the way. A look
 * holds for {@link #FRESH}, so that many who ask cost the verifiers and the brokers one look.
 */
public final class GroupApi {
    private static final Logger log = LoggerFactory.getLogger(GroupApi.class);
    private static final String PATH = "/v1/group";
    private static final Duration FRESH = Duration.ofSeconds(3);

    /** Dead letters are read for their number, so they are looked at less often. */
    private static final Duration FRESH_LETTERS = Duration.ofSeconds(15);

    private static final int MOST_AT_ONCE = 8;

    /**
     * A group verifier is one verifier of the group, as {@code openapi.yaml} describes it.
     *
     * @param answers false where only its last report is known; such a verifier is not ready
     * @param reasons what is in the way, one line each; empty where it is ready
     */
    public record GroupVerifier(String instance, boolean answers, boolean ready, List<String> reasons) {
        public GroupVerifier {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * A group view is the whole group, as {@code openapi.yaml} describes it.
     *
     * @param lag how many probes the group has not judged; null where the brokers don't say
     * @param warnings what slows the whole group down though each verifier is well, one line each
     * @param deadLetters how many came in the last hour, {@code mostDeadLetters} at most; null where they can't be read
     */
    private record GroupView(
            long timeMs,
            String serving,
            List<GroupVerifier> verifiers,
            @Nullable Long lag,
            List<String> warnings,
            @Nullable Integer deadLetters,
            int mostDeadLetters) {}

    /** A group source has what this verifier knows of the group without asking the others. */
    public interface GroupSource {
        /** The most dead letters that are counted. */
        int MOST_LETTERS = 50;

        /** Returns the name of this verifier among all of them. */
        String instance();

        /** Returns this verifier as it stands. */
        GroupVerifier own();

        /**
         * Returns the addresses of the others as far as Kafka Streams knows them; none where no windows are counted. Reports
         * name addresses too, save those of verifiers that don't write them yet.
         */
        Set<String> others();

        /** Returns the reports of all verifiers that live. */
        ModelStates states();

        /** Returns the verifiers that have gone lately without a farewell, each with the time of its last report. */
        Map<String, Instant> silent();

        /** Returns the version that serves. */
        ModelId serving();

        /** Returns how many probes the group has not judged; empty where the brokers don't say. */
        OptionalLong lag();

        /** Returns what slows the whole group down though each verifier is well, one line each. */
        List<String> warnings();

        /**
         * Counts the dead letters since a time, {@link #MOST_LETTERS} at most.
         *
         * @throws KafkaException if they can't be read
         */
        int deadLetters(Instant since);
    }

    private final GroupSource source;
    private final Peers peers;
    private final Clock clock;

    @GuardedBy("this")
    private @Nullable GroupView last;

    @GuardedBy("this")
    private @Nullable Integer letters;

    @GuardedBy("this")
    private long lettersAtMs;

    public GroupApi(GroupSource source, Peers peers, Clock clock) {
        this.source = source;
        this.peers = peers;
        this.clock = clock;
    }

    public void register(RoutesConfig routes) {
        routes.get(PATH, new RequestLimit(MOST_AT_ONCE).around(this::answer));
    }

    private void answer(Context ctx) {
        if (new QueryParameters(ctx, "local").flag("local")) {
            ctx.json(source.own());
        } else {
            ctx.json(view());
        }
    }

    private synchronized GroupView view() {
        long now = clock.millis();
        GroupView known = last;
        if (known != null && now - known.timeMs() < FRESH.toMillis() && now >= known.timeMs()) {
            return known;
        }
        if (now - lettersAtMs >= FRESH_LETTERS.toMillis() || now < lettersAtMs) {
            letters = deadLetters(Instant.ofEpochMilli(now).minus(Duration.ofHours(1)));
            lettersAtMs = now;
        }
        OptionalLong lag = source.lag();
        GroupView view = new GroupView(
                now,
                source.serving().toString(),
                verifiers(),
                lag.isPresent() ? lag.getAsLong() : null,
                source.warnings(),
                letters,
                GroupSource.MOST_LETTERS);
        last = view;
        return view;
    }

    /**
     * Returns all verifiers in the order of their names. Each whose address is known is asked; one that doesn't answer is
     * not ready, whatever it last reported, since whoever is killed takes no report back.
     */
    private List<GroupVerifier> verifiers() {
        ModelStates states = source.states();
        Set<String> addresses = new TreeSet<>(source.others());
        states.states().stream()
                .filter(each -> !each.instance().equals(source.instance()))
                .flatMap(each -> each.address().stream())
                .forEach(addresses::add);
        List<CompletableFuture<Optional<GroupVerifier>>> asked = addresses.stream()
                .map(address -> peers.ask(address, PATH + "?local=true", GroupVerifier.class))
                .toList();
        Map<String, GroupVerifier> all = new TreeMap<>();
        for (String each : states.instances()) {
            all.put(each, silent(each, states));
        }
        source.silent().forEach((each, since) -> all.put(each, gone(each, since)));
        GroupVerifier own = source.own();
        all.put(own.instance(), own);
        asked.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .forEach(each -> all.put(each.instance(), each));
        return List.copyOf(all.values());
    }

    /** Returns a verifier that reports and has not answered, with what its last report says against it. */
    private GroupVerifier silent(String instance, ModelStates states) {
        ModelId serving = source.serving();
        Optional<InstanceState> report = states.of(serving, instance);
        List<String> reasons = new ArrayList<>();
        reasons.add(
                states.states().stream()
                        .filter(each -> each.instance().equals(instance))
                        .flatMap(each -> each.address().stream())
                        .findFirst()
                        .map(address ->
                                "it doesn't answer over HTTP at %s: start it again if it has ended; else see its log, and whether others reach it there (%s)"
                                        .formatted(address, VerifierSettings.HTTP_ADVERTISED))
                        .orElse(
                                "it doesn't answer over HTTP, and has not said where it would: start it again if it has ended"));
        if (report.isEmpty()) {
            reasons.add("it has not reported on %s".formatted(serving));
        }
        report.filter(each -> each.state() != VersionState.READY)
                .ifPresent(each -> reasons.add("%s is %s there".formatted(serving, word(each.state()))));
        return new GroupVerifier(instance, false, false, reasons);
    }

    private static GroupVerifier gone(String instance, Instant since) {
        String reason =
                "it has said nothing since %s, and did not stop in order: see its log; it is forgotten after %d minutes"
                        .formatted(since.truncatedTo(ChronoUnit.SECONDS), ModelStates.REMEMBERED.toMinutes());
        return new GroupVerifier(instance, false, false, List.of(reason));
    }

    private static String word(VersionState state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private @Nullable Integer deadLetters(Instant since) {
        try {
            return source.deadLetters(since);
        } catch (KafkaException e) {
            log.debug("dead letters can't be counted now", e);
            return null;
        }
    }
}
