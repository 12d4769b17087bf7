package io.twinstream.deploy.cli.cluster;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.acl.Grant;
import io.twinstream.deploy.cli.console.CommandException;
import io.twinstream.schemas.http.HttpServer;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.settings.CommonSettings;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/** Asks for the Kafka cluster that a command needs, first of all, so that its absence is said plainly. */
public final class Cluster {
    private Cluster() {}

    /**
     * Looks whether a service can listen where it is to, and waits for what else it needs: its topics, and its rights.
     *
     * @throws org.apache.kafka.common.config.ConfigException if its port is taken, or its address isn't of this machine
     * @throws CommandException if the rest isn't there within {@code start.broker.wait.ms}, or the user lacks a right
     */
    public static void awaitTopics(AccessSettings settings, HttpSettings health, ClusterUser service)
            throws InterruptedException {
        HttpServer.requireFree(health);
        BrokerWait.ofService(settings.common(), health)
                .until(admin -> look(admin, settings, service))
                .close();
    }

    /**
     * Looks for what a command needs of a service's topics and rights.
     *
     * @throws CommandException if no broker answers within 30 seconds, a topic is missing, or the user lacks a right
     */
    public static void requireTopics(AccessSettings settings, ClusterUser service) throws InterruptedException {
        BrokerWait.ofCommand(settings.common())
                .until(admin -> look(admin, settings, service))
                .close();
    }

    /**
     * Returns a client of a cluster that has answered.
     *
     * @throws CommandException if no broker answers within 30 seconds
     */
    public static Admin require(CommonSettings settings) throws InterruptedException {
        return BrokerWait.ofCommand(settings).until(Cluster::look);
    }

    private static void look(Admin admin) throws InterruptedException, ExecutionException {
        admin.describeCluster().nodes().get();
    }

    private static void look(Admin admin, AccessSettings settings, ClusterUser service)
            throws InterruptedException, ExecutionException {
        look(admin);
        for (Grant grant : AccessTable.of(service, settings)) {
            Rights.require(admin, service, grant);
        }
    }
}
