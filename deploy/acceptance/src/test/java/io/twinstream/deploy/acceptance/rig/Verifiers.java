package io.twinstream.deploy.acceptance.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Holds the verifier processes of one check, with a log each in a folder that stays. Those that still run are ended with it.
 */
public final class Verifiers implements AutoCloseable {
    private final Rig rig;
    private final String prefix;
    private final Path logs;
    private final List<Process> processes = new ArrayList<>();

    /** @param prefix prefix of topics and group */
    public Verifiers(Rig rig, String prefix) throws IOException {
        this.rig = rig;
        this.prefix = prefix;
        this.logs = Files.createTempDirectory(prefix);
    }

    /**
     * Starts a verifier.
     *
     * @param settings further settings, {@code key=value}
     */
    public Process start(String... settings) throws IOException {
        return start(Map.of(), settings);
    }

    /** Starts a verifier with variables in its environment. */
    public Process start(Map<String, String> variables, String... settings) throws IOException {
        Process process =
                VerifierProcess.start(rig, prefix, logs.resolve(processes.size() + ".log"), variables, settings);
        processes.add(process);
        return process;
    }

    /** Returns the number of lines of all logs that hold this text. */
    public long logged(String text) throws IOException {
        long count = 0;
        for (int i = 0; i < processes.size(); i++) {
            try (Stream<String> lines = Files.lines(logs.resolve(i + ".log"))) {
                count += lines.filter(line -> line.contains(text)).count();
            }
        }
        return count;
    }

    /** Returns how many members of a group have a share of its work, none where nobody has joined yet. */
    public static long sharing(Admin admin, String group) throws Exception {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .map(MemberDescription::assignment)
                    .filter(assignment -> !assignment.topicPartitions().isEmpty())
                    .count();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0;
            }
            throw e;
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
        }
        for (Process process : processes) {
            process.waitFor();
        }
        System.err.println("logs: " + logs);
    }
}
