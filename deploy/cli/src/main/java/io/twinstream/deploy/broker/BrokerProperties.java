package io.twinstream.deploy.broker;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Chooses the node's properties: one replica of everything, and buffers and thread pools for a laptop. */
final class BrokerProperties {
    static final int NODE_ID = 1;
    static final String CLIENTS = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    private BrokerProperties() {}

    static Map<String, String> of(
            Path folder, InetSocketAddress clients, InetSocketAddress controller, BrokerOptions options) {
        Map<String, String> properties = new HashMap<>(identity(folder, clients, controller, options.host()));
        properties.putAll(ONE_REPLICA);
        properties.putAll(SMALL);
        properties.putAll(options.overrides());
        return properties;
    }

    private static Map<String, String> identity(
            Path folder, InetSocketAddress clients, InetSocketAddress controller, String host) {
        String controllerAddress = "127.0.0.1:" + controller.getPort();
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "controller.quorum.voters",
                NODE_ID + "@" + controllerAddress,
                "listeners",
                "%s://%s:%d,%s://%s".formatted(CLIENTS, host, clients.getPort(), CONTROLLER, controllerAddress),
                "listener.security.protocol.map",
                "%s:PLAINTEXT,%s:PLAINTEXT".formatted(CLIENTS, CONTROLLER),
                "inter.broker.listener.name",
                CLIENTS,
                "controller.listener.names",
                CONTROLLER,
                "log.dirs",
                folder.toString(),
                "auto.create.topics.enable",
                "false");
    }

    private static final Map<String, String> ONE_REPLICA = Map.of(
            "default.replication.factor", "1",
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "4",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "4",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "share.coordinator.state.topic.num.partitions", "1");

    private static final Map<String, String> SMALL = Map.of(
            "num.network.threads", "2",
            "num.io.threads", "4",
            "log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20),
            "log.index.size.max.bytes", Integer.toString(1 << 20),
            // A member that starts alone needs nobody to wait for.
            "group.initial.rebalance.delay.ms", "0",
            "group.streams.initial.rebalance.delay.ms", "0",
            // A transaction right after another finds its markers being written; Kafka's own 20 ms would be most of a
            // probe's wait.
            "add.partitions.to.txn.retry.backoff.ms", "2");
}
