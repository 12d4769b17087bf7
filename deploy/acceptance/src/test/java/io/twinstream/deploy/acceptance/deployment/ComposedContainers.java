package io.twinstream.deploy.acceptance.deployment;

import io.twinstream.deploy.acceptance.rig.Command;
import java.util.ArrayList;
import java.util.List;

/** Reaches the containers that a check's script has composed, by the names of their services. */
final class ComposedContainers {
    static final List<String> BROKERS = List.of("kafka-1", "kafka-2", "kafka-3");
    static final List<String> SERVICES = List.of("ingest", "verifier-1", "verifier-2", "trainer");

    private ComposedContainers() {}

    /** Gives Docker an order, its options first, about a service's container; returns what is written. */
    static String docker(String service, String... order) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(order));
        command.add("%s_%s_1".formatted(System.getenv("COMPOSE_PROJECT_NAME"), service));
        return Command.run(command);
    }

    static boolean healthy() throws Exception {
        for (String service : SERVICES) {
            if (!docker(service, "inspect", "--format", "{{.State.Health.Status}}")
                    .equals("healthy")) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many lines of the brokers' logs say that they denied something to users of this form. */
    static long denials(String user) throws Exception {
        long count = 0;
        for (String broker : BROKERS) {
            count += docker(broker, "logs")
                    .lines()
                    .filter(line -> line.matches(".*Principal = User:%s is Denied.*".formatted(user)))
                    .count();
        }
        return count;
    }

    /** Returns what can be seen of services without their files: logs, processes, and what Docker knows. */
    static String visible() throws Exception {
        StringBuilder seen = new StringBuilder();
        for (String service : SERVICES) {
            seen.append(docker(service, "logs"))
                    .append(docker(service, "inspect"))
                    .append(docker(service, "top"));
        }
        for (String broker : BROKERS) {
            seen.append(docker(broker, "logs")).append(docker(broker, "inspect"));
        }
        return seen.toString();
    }
}
