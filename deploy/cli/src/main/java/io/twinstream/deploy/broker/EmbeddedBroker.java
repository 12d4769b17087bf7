package io.twinstream.deploy.broker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.MetadataVersion;
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
        format(folder);
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

    /**
     * Formats the folder of the node's logs for KRaft, with every feature of this release switched on. A folder that is formatted
     * already keeps its cluster id and its data.
     */
    private static void format(Path folder) throws IOException {
        if (Files.exists(folder.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
            return;
        }
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(BrokerProperties.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName(BrokerProperties.CONTROLLER)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION);
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("can't format %s: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /**
     * Holds the node's listening sockets. They are bound before the node is configured and handed over when it opens its listeners,
     * so that nobody else can take a free port in between. One thread binds them, and one takes them over.
     */
    private static final class ListenSockets implements ServerSocketFactory, AutoCloseable {
        private final Map<String, ServerSocketChannel> byListener = new HashMap<>();

        /** Binds a socket for a listener and returns its address with the port that it got. */
        InetSocketAddress bind(String listener, String host, int port) throws IOException {
            ServerSocketChannel channel = ServerSocketChannel.open();
            try {
                channel.bind(new InetSocketAddress(host, port));
                channel.configureBlocking(false);
            } catch (IOException | RuntimeException e) {
                channel.close();
                // An unknown host surfaces as an unchecked UnresolvedAddressException without a message.
                String cause = e.getMessage() == null ? "unknown host" : e.getMessage();
                throw (IOException)
                        new BindException("can't listen on %s:%d: %s".formatted(host, port, cause)).initCause(e);
            }
            synchronized (byListener) {
                byListener.put(listener, channel);
            }
            return (InetSocketAddress) channel.getLocalAddress();
        }

        @Override
        public ServerSocketChannel openServerSocket(
                String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) throws IOException {
            synchronized (byListener) {
                ServerSocketChannel channel = byListener.remove(listener);
                if (channel == null) {
                    throw new IOException("no socket is bound for listener " + listener);
                }
                return channel;
            }
        }

        /** Closes the sockets that were not handed over. */
        @Override
        public void close() throws IOException {
            synchronized (byListener) {
                for (ServerSocketChannel channel : byListener.values()) {
                    channel.close();
                }
                byListener.clear();
            }
        }
    }
}
