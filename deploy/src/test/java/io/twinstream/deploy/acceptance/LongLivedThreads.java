package io.twinstream.deploy.acceptance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The threads that a service lives by, by its command: those that it watches, and those of the JVM and of libraries with what is
 * seen of their end. Whatever thread a running service has is to be one of them.
 *
 * @param watched the name of each as its failures name it, a pattern of the thread's own name
 */
record LongLivedThreads(Map<String, String> watched) {
    /** Patterns of names, and why nobody of ours has to watch them. */
    private static final Map<String, String> OTHERS = new LinkedHashMap<>();

    static {
        OTHERS.put(
                "Reference Handler|Finalizer|Signal Dispatcher|Common-Cleaner|Notification Thread|DestroyJavaVM|process reaper.*|Attach Listener|Cleaner-\\d+",
                "the JVM's own");
        OTHERS.put("main", "the command waits on it, and an error ends the process with its stack");
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
        OTHERS.put("ForkJoinPool.*|HttpClient-.*|CompletableFutureDelayScheduler", "errors go to whoever waits");
    }

    static LongLivedThreads verifier(String prefix) {
        Map<String, String> watched = new LinkedHashMap<>();
        watched.put("verdict-tail", "verdict-tail");
        watched.put("events", "events");
        watched.put("state-reports", "state-reports");
        watched.put(prefix + ".alarms", Pattern.quote(prefix + ".alarms"));
        watched.put(prefix + ".training-progress", Pattern.quote(prefix + ".training-progress"));
        watched.put("standstills", "standstills");
        watched.put("progress", "progress");
        watched.put("kafka-metrics", "kafka-metrics");
        watched.put("verifier-http-looks", "verifier-http-looks");
        watched.put("version-keeper", "version-keeper");
        watched.put("model-log", "model-log");
        watched.put("gallery", "gallery .*");
        watched.put("counting-verdicts", prefix + "-windows-.*-StreamThread-\\d+");
        // Last: the service ends with it.
        watched.put("judging-probes", prefix + "-(?!windows).*-StreamThread-\\d+");
        return new LongLivedThreads(watched);
    }

    static LongLivedThreads ingest() {
        return same(List.of(
                "ingest-folder",
                "ingest-erasure",
                "ingest-erasure-tick",
                "ingest-feedback",
                "ingest-http-looks",
                "kafka-metrics"));
    }

    static LongLivedThreads trainer() {
        return same(List.of("training-desk", "training-runs", "trainer-http-looks", "kafka-metrics"));
    }

    /** Of a kind of thread, by a thread's name. */
    Predicate<String> named(String kind) {
        return Pattern.compile(watched.get(kind)).asMatchPredicate();
    }

    /** What a running service has and this list hasn't, and what the list has and the service hasn't. */
    List<String> differences(List<String> running) {
        List<String> differences = new ArrayList<>();
        for (String each : running) {
            if (watched.keySet().stream().noneMatch(kind -> named(kind).test(each))
                    && OTHERS.keySet().stream().noneMatch(each::matches)) {
                differences.add("nobody watches " + each);
            }
        }
        for (String kind : watched.keySet()) {
            if (running.stream().noneMatch(named(kind))) {
                differences.add("no thread is " + kind);
            }
        }
        return differences;
    }

    private static LongLivedThreads same(List<String> names) {
        Map<String, String> watched = new LinkedHashMap<>();
        names.forEach(each -> watched.put(each, Pattern.quote(each)));
        return new LongLivedThreads(watched);
    }
}
