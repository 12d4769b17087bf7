package io.twinstream.deploy.broker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Runs a Kafka broker and controller in this process. It is ready for clients when {@link #start} returns, with the group
 * protocols classic, consumer and streams on. A folder serves one broker at a time and keeps its data for the next.
 *
 * <p>Maintainers: {@code KafkaRaftServer} itself opens its sockets only after it has been told their ports, so its few
 * lines are repeated here with sockets of ours. A fatal fault ends the process, as it ends a broker of its own, except
 * while starting, where the caller gets it.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final FolderLock lock;
    private final @Nullable TemporaryFolder temporary;
    private final String bootstrapServers;
    private final Metrics metrics;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private volatile boolean started;

    private EmbeddedBroker(
            BrokerOptions options,
            Path folder,
            FolderLock lock,
            @Nullable TemporaryFolder temporary,
            ListenSockets sockets)
            throws IOException {
        InetSocketAddress clients = sockets.bind(BrokerProperties.CLIENTS, options.host(), options.port());
        InetSocketAddress voter = sockets.bind(BrokerProperties.CONTROLLER, "127.0.0.1", options.controllerPort());
        Map<String, String> properties = BrokerProperties.of(folder, clients, voter, options);
        KafkaConfig config = new KafkaConfig(properties, false);
        BrokerStorage.format(folder, BrokerProperties.NODE_ID, BrokerProperties.CONTROLLER);
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> formatted =
                KafkaRaftServer.initializeLogDirs(config, log, "");
        this.lock = lock;
        this.temporary = temporary;
        bootstrapServers = options.host() + ":" + clients.getPort();
        metrics = Server.initializeMetrics(
                config, Time.SYSTEM, formatted._1().clusterId().orElseThrow());
        SharedServer shared = new SharedServer(
                config,
                formatted._1(),
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(Map.of(BrokerProperties.NODE_ID, voter)),
                List.of(),
                faults(),
                sockets);
        broker = new BrokerServer(shared);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), formatted._2());
        try {
            controller.startup();
            broker.startup();
            started = true;
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /**
     * Starts a node, which takes 1 to 3 seconds.
     *
     * @throws IOException with one line, if a port is taken or the folder can't be used
     * @throws org.apache.kafka.common.config.ConfigException with one line, if a broker has the folder
     */
    public static EmbeddedBroker start(BrokerOptions options) throws IOException {
        Path given = options.folder();
        TemporaryFolder temporary = given == null ? TemporaryFolder.create("twinstream-broker-") : null;
        Path folder = temporary == null
                ? Files.createDirectories(requireNonNull(given).toAbsolutePath())
                : temporary.path();
        FolderLock lock = null;
        try (ListenSockets sockets = new ListenSockets()) {
            lock = FolderLock.of(folder);
            return new EmbeddedBroker(options, folder, lock, temporary, sockets);
        } catch (IOException | RuntimeException e) {
            if (lock != null) {
                lock.close();
            }
            if (temporary != null) {
                temporary.close();
            }
            throw e;
        }
    }

    /** Returns host and port for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the node. Its data stays on disk, or is deleted if the folder was temporary. */
    @Override
    public void close() throws IOException {
        stop();
        release();
    }

    /** Stops a node that has failed: it asks nobody to take over, and writes nothing more. */
    void abandon() throws IOException {
        broker.shutdown(Duration.ZERO);
        controller.shutdown();
        metrics.close();
        release();
    }

    private void release() throws IOException {
        lock.close();
        if (temporary != null) {
            temporary.close();
        }
    }

    private void stop() {
        broker.shutdown();
        controller.shutdown();
        metrics.close();
    }

    private FaultHandlerFactory faults() {
        FaultHandlerFactory standard = new StandardFaultHandlerFactory();
        return (name, fatal, action) ->
                fatal && started ? standard.build(name, true, action) : new LoggingFaultHandler(name, action);
    }
}
