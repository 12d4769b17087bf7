package io.twinstream.deploy.acceptance.recovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Lists the threads that a service lives by, by its command: those that it watches, and those of the JVM and of libraries with
 * what is seen of their end. Whatever thread a running service has is to be one of them.
 *
 * @param watched watched threads by the name that their failures have
 */
record LongLivedThreads(Map<String, Kind> watched) {
    /** Name of the thread whose end makes the verifier end. */
    static final String JUDGING = "judging-probes";

    /** A thread of ours that does Micrometer's own work. */
    private static final Kind METRICS = new Kind("kafka-metrics", "", false);

    private static final Kind HELD_TOPICS = new Kind("held-topics", "schemas.kafka.HeldTopics#tryLook", false);

    private static final Kind BROKER_WATCH = new Kind("broker-watch", "schemas.kafka.BrokerWatch#tryLook", false);
    private static final Kind RECREATED_TOPICS =
            new Kind("recreated-topics", "schemas.kafka.RecreatedTopics#tryLook", false);

    /** Patterns of names, and why nobody of ours has to watch the threads that have them. */
    private static final Map<String, String> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put(
                "Reference Handler|Finalizer|Signal Dispatcher|Common-Cleaner|Notification Thread|DestroyJavaVM|process reaper.*|Attach Listener|Cleaner-\\d+",
                "the JVM's own");
        OTHERS.put("FileSystemWatchService", "the JDK's; the folder is looked at every few seconds all the same");
        OTHERS.put("main", "the command waits on it, and an error ends the process with its stack");
        OTHERS.put("says-when-ready", "only tells people; readiness is asked over HTTP");
        OTHERS.put("repeated-warnings", "without it repeated warnings are still told once, and their counts no more");
        OTHERS.put(
                "kafka-warnings",
                "without it warnings of Kafka's clients wait for the next line on brokers, or for the end");
        OTHERS.put("service-end", "an error goes to the command, which ends the process");
        OTHERS.put(
                "kafka-producer-network-thread \\|.*",
                "sends time out: judging replaces its stream thread, ingest answers 503, states are written no more");
        OTHERS.put("kafka-admin-client-thread \\|.*", "brokerAnswers fails");
        OTHERS.put("kafka-coordinator-heartbeat-thread \\|.*", "Kafka keeps its error, and the next poll throws it");
        OTHERS.put(
                ".*-StateUpdater-\\d+", "Kafka Streams hands its errors to the stream thread, which is ended by them");
        OTHERS.put(".*-CleanupThread", "deletes local folders of tasks that moved away; disks are watched");
        OTHERS.put(
                "(verifier|ingest|trainer)-http-\\d+.*",
                "an error of a request is answered with 500 and counted; Jetty makes another thread");
        OTHERS.put(
                "Scheduler-.*|Connector-Scheduler-.*|Session-Scheduler-.*|JettyServerThreadPool.*",
                "Jetty's timers of idle connections");
        OTHERS.put("gallery-search|schema-registry", "short-lived; errors go to whoever waits for the answer");
        OTHERS.put(
                "inference-watch",
                "without it a run that doesn't end shows in threadsMove, and the verifier ends for it");
        OTHERS.put("foreign-decoder-\\d+", "errors go to whoever waits for the picture");
        OTHERS.put("(opening|closing) .*|trial-.*", "short-lived; a version that isn't opened shows in versionsMove");
        OTHERS.put("last-resort", "only waits for a signal, to end a process that doesn't stop");
        OTHERS.put("ForkJoinPool.*|HttpClient-.*|CompletableFutureDelayScheduler", "errors go to whoever waits");
    }

    /**
     * Describes a kind of thread.
     *
     * @param name a pattern of the threads' own names
     * @param at type and method, {@code Type#method}, where an error meets it: an executor's idle thread waits within a lock, whose
     *     release would put an exception of its own in the error's place; empty for wherever it is
     * @param survives whether the error is one job's, which fails alone
     */
    record Kind(String name, String at, boolean survives) {
        Predicate<String> named() {
            return Pattern.compile(name).asMatchPredicate();
        }

        String type() {
            return "io.twinstream." + at.substring(0, at.indexOf('#'));
        }

        String method() {
            return at.substring(at.indexOf('#') + 1);
        }
    }

    static LongLivedThreads verifier(String prefix) {
        Map<String, Kind> watched = new LinkedHashMap<>();
        watched.put("verdict-tail", new Kind("verdict-tail", "", false));
        watched.put("events", new Kind("events", "verifier.events.EventHub#round", false));
        watched.put("state-reports", new Kind("state-reports", "", false));
        for (String topic : List.of(
                prefix + ".alarms",
                prefix + ".training-progress",
                prefix + ".model-releases",
                prefix + ".model-activations",
                prefix + ".model-states")) {
            watched.put(topic, new Kind(Pattern.quote(topic), "", false));
        }
        watched.put("standstills", new Kind("standstills", "", false));
        watched.put("progress", new Kind("progress", "verifier.ProgressWatch#tick", false));
        watched.put("verifier-http-looks", looks("verifier"));
        watched.put("kafka-metrics", METRICS);
        watched.put("version-keeper", new Kind("version-keeper", "", false));
        watched.put("held-topics", HELD_TOPICS);
        watched.put("broker-watch", BROKER_WATCH);
        watched.put("recreated-topics", RECREATED_TOPICS);
        watched.put("lost-probes", new Kind("lost-probes", "verifier.LostProbes#tryLook", false));
        watched.put("hot-partition", new Kind("hot-partition", "verifier.HotPartition#look", false));
        watched.put("gallery", new Kind("gallery .*", "", false));
        watched.put("counting-verdicts", new Kind(prefix + "-windows-.*-StreamThread-\\d+", "", false));
        // Last: the service ends with it.
        watched.put(JUDGING, new Kind(prefix + "-(?!windows).*-StreamThread-\\d+", "", false));
        return new LongLivedThreads(watched);
    }

    static LongLivedThreads ingest() {
        Map<String, Kind> watched = new LinkedHashMap<>();
        watched.put("ingest-erasure", new Kind("ingest-erasure", "ingest.publish.SubjectKeys#of", true));
        watched.put("ingest-feedback", new Kind("ingest-feedback", "ingest.feedback.FeedbackDesk#label", true));
        watched.put("ingest-folder", new Kind("ingest-folder", "ingest.folder.FolderWatch#lookAndSend", false));
        watched.put("ingest-erasure-tick", new Kind("ingest-erasure-tick", "ingest.publish.ErasureTick#append", false));
        watched.put("ingest-http-looks", looks("ingest"));
        watched.put("held-topics", HELD_TOPICS);
        watched.put("broker-watch", BROKER_WATCH);
        watched.put("kafka-metrics", METRICS);
        return new LongLivedThreads(watched);
    }

    static LongLivedThreads trainer() {
        Map<String, Kind> watched = new LinkedHashMap<>();
        watched.put("training-desk", new Kind("training-desk", "", false));
        watched.put("training-runs", new Kind("training-runs", "", false));
        watched.put("trainer-http-looks", looks("trainer"));
        watched.put("held-topics", HELD_TOPICS);
        watched.put("broker-watch", BROKER_WATCH);
        watched.put("recreated-topics", RECREATED_TOPICS);
        watched.put("kafka-metrics", METRICS);
        return new LongLivedThreads(watched);
    }

    private static Kind looks(String service) {
        return new Kind(service + "-http-looks", "schemas.http.SlowCallers#look", false);
    }

    /** Returns what a running service has and this list hasn't, and what the list has and the service hasn't. */
    List<String> differences(List<String> running) {
        List<String> differences = new ArrayList<>();
        for (String each : running) {
            if (watched.values().stream().noneMatch(kind -> kind.named().test(each))
                    && OTHERS.keySet().stream().noneMatch(each::matches)) {
                differences.add("nobody watches " + each);
            }
        }
        watched.forEach((kind, each) -> {
            if (running.stream().noneMatch(each.named())) {
                differences.add("no thread is " + kind);
            }
        });
        return differences;
    }
}
