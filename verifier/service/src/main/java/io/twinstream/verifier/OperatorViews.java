package io.twinstream.verifier;

import io.javalin.config.RoutesConfig;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.board.Alarms;
import io.twinstream.verifier.board.TrainingRuns;
import io.twinstream.verifier.events.ChangeEvents;
import io.twinstream.verifier.events.EventHub;
import io.twinstream.verifier.events.EventKind;
import io.twinstream.verifier.events.VerdictEvents;
import io.twinstream.verifier.events.WindowEvents;
import io.twinstream.verifier.events.WindowEvents.LatestWindows;
import io.twinstream.verifier.feed.DeadLetters;
import io.twinstream.verifier.feed.LatestVerdicts;
import io.twinstream.verifier.feed.TopicPictures;
import io.twinstream.verifier.feed.TopicReaderPool;
import io.twinstream.verifier.feed.VerdictTail;
import io.twinstream.verifier.settings.ServiceAccess;
import io.twinstream.verifier.version.HeldVersions;
import io.twinstream.verifier.web.EventsApi;
import io.twinstream.verifier.web.WatchApi;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operator views are everything that a verifier shows people beside its health: feeds, boards, events and their
 * routes. Probes are judged whatever happens here.
 */
final class OperatorViews implements AutoCloseable {
    private final TopicReaderPool singles;
    private final TopicReaderPool stretches;
    private final Alarms alarms;
    private final TrainingRuns runs;
    private final EventHub hub;
    private final WatchApi api;
    private final DeadLetters letters;

    /**
     * Creates the views and starts nothing yet.
     *
     * @param service the event {@code service}
     */
    OperatorViews(
            KafkaClients clients,
            Topics topics,
            ServiceAccess ingest,
            ServiceAccess trainer,
            int imageMaxBytes,
            ServiceThreads threads,
            ModelLog modelLog,
            HeldVersions versions,
            EventKind service,
            LatestWindows windows) {
        singles = TopicReaderPool.ofSingles(clients);
        stretches = TopicReaderPool.ofStretches(clients);
        alarms = new Alarms(clients, topics, threads);
        runs = new TrainingRuns(clients, topics, threads, singles);
        hub = new EventHub(
                threads,
                List.of(
                        new WindowEvents(windows),
                        service,
                        new VerdictEvents(new VerdictTail(threads, stretches, topics)),
                        new ChangeEvents(
                                "alarms", () -> List.of(alarms.isRead(), alarms.changes()), () -> told(alarms)),
                        new ChangeEvents("models", () -> stamp(modelLog, versions), () -> Optional.of(Map.of())),
                        new ChangeEvents("training-runs", runs::changes, () -> Optional.of(Map.of()))));
        letters = new DeadLetters(stretches, singles, topics);
        api = new WatchApi(
                ingest,
                trainer,
                imageMaxBytes,
                new TopicPictures(singles, topics),
                new LatestVerdicts(stretches, topics),
                letters,
                versions,
                alarms,
                runs);
    }

    /** Returns the followers of the topics that people watch. */
    Stream<TopicFollower> followers() {
        return Stream.of(alarms.follower(), runs.follower());
    }

    /** Counts the dead letters since a time, at most so many. */
    int deadLetters(Instant since, int most) {
        return letters.count(since, most);
    }

    void register(RoutesConfig routes) {
        new EventsApi(hub).register(routes);
        api.register(routes);
    }

    /** Starts the views. The result must be closed before the HTTP server, which waits for those who listen. */
    AutoCloseable start() {
        alarms.start();
        runs.start();
        hub.start();
        return hub;
    }

    @Override
    public void close() {
        runs.close();
        alarms.close();
        stretches.close();
        singles.close();
    }

    private static Optional<?> told(Alarms alarms) {
        return alarms.isRead() ? Optional.of(Map.of("alarms", alarms.latest())) : Optional.empty();
    }

    /** Returns a value that changes with every release, activation and state of a version here. */
    private static Object stamp(ModelLog modelLog, HeldVersions versions) {
        return List.of(
                modelLog.timeline(),
                modelLog.published().ids(),
                versions.status().stream()
                        .map(each -> List.of(each.id(), each.state()))
                        .toList());
    }
}
