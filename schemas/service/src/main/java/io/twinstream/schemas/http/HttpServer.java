package io.twinstream.schemas.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.common.config.ConfigException;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.ThreadLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP within bounds: at most {@link #MAX_THREADS} requests hold a thread at a time, and at most {@link
 * #MAX_CONNECTIONS} connections are open, see {@link ConnectionBounds}; {@link RateLimit} and {@link SlowCallers} bound what
 * one caller takes. Health is answered whatever else is served: it has threads of its own. What lies under {@code /v1} is for
 * callers that {@link CallerCheck} lets pass, and for no cache, unless a route says otherwise. Every error is JSON, see {@link
 * ErrorAnswer}.
 */
public final class HttpServer implements AutoCloseable {
    public static final int MAX_THREADS = 32;
    public static final int MAX_CONNECTIONS = 4_096;

    /** Threads for health checks, and for accepting and reading, beside those of all other requests. */
    private static final int RESERVED_THREADS = 8;

    /** Threads for requests that one address always leaves to others. */
    private static final int THREADS_OF_OTHERS = 8;

    private static final String HEALTH = "/health/*";

    private static final int MIN_THREADS = 4;
    private static final int IDLE_THREAD_MS = 60_000;
    private static final long STOP_TIMEOUT_MS = 5_000;
    private static final Duration STS = Duration.ofDays(365);
    private static final long IDLE_CONNECTION_AT_STOP_MS = 50;

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Javalin javalin;
    private final int port;
    private final Set<String> served;
    private final ScheduledExecutorService looks;

    private HttpServer(Javalin javalin, String service, ServiceThreads watched, Set<String> served) {
        this.javalin = javalin;
        this.served = served;
        this.looks = watched.scheduled(service + "-http-looks", 1);
        this.port = javalin.port();
    }

    /**
     * Starts the server.
     *
     * @param watched sees errors of requests, which are answered with 500, and makes the server's own thread
     * @param routes adds the service's routes; given the server's own threads, for answers that come later
     * @throws ConfigException if the address can't be listened on
     */
    public static HttpServer start(
            HttpSettings settings, ServiceThreads watched, BiConsumer<RoutesConfig, Executor> routes) {
        Optional<TlsIdentity> identity = settings.tls().map(TlsIdentity::new);
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS + RESERVED_THREADS, MIN_THREADS, IDLE_THREAD_MS);
        threads.setName(settings.service() + "-http");
        Set<String> served = new TreeSet<>();
        Javalin javalin = Javalin.create(config -> {
            bound(config, settings, threads);
            // An error ends its own request alone, and the server goes on.
            config.router.javaLangErrorHandler((answer, error) -> {
                watched.survived(settings.service() + "-http", error);
                ErrorAnswer.failed(answer);
            });
            config.events.handlerAdded(added -> {
                if (added.getHttpMethod().isHttpMethod()) {
                    served.add(added.getHttpMethod() + " " + added.getPath());
                }
            });
            config.jetty.addConnector((server, http) -> connector(server, http, settings, identity));
            config.routes.before(HttpServer::secure);
            config.routes.before("/v1/*", new CallerCheck(settings));
            config.routes.before("/v1/*", ctx -> ctx.header(Header.CACHE_CONTROL, "no-store"));
            ErrorAnswer.register(config.routes);
            routes.accept(config.routes, threads);
        });
        try {
            javalin.start(settings.address().getHostAddress(), settings.port());
        } catch (JavalinBindException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw cannotListen(settings, String.valueOf(cause.getMessage()));
        }
        AbstractConnector connector =
                (AbstractConnector) javalin.jettyServer().server().getConnectors()[0];
        connector.setShutdownIdleTimeout(IDLE_CONNECTION_AT_STOP_MS);
        HttpServer server = new HttpServer(javalin, settings.service(), watched, served);
        server.lookEachSecond(javalin.jettyServer().server().getBean(ConnectionBounds.class)::look);
        server.lookEachSecond(
                new SlowCallers(connector, settings.requestTimeout(), MAX_THREADS - THREADS_OF_OTHERS)::look);
        identity.ifPresent(tls -> server.lookEachSecond(tls::look));
        return server;
    }

    /**
     * Looks whether a server can listen as the settings say, so that nothing large is opened for one that can't.
     *
     * @throws ConfigException with the setting to change, if the port is taken or the address isn't of this machine
     */
    public static void requireFree(HttpSettings settings) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(settings.address(), settings.port()));
        } catch (IOException e) {
            throw cannotListen(settings, String.valueOf(e.getMessage()));
        }
    }

    private static ConfigException cannotListen(HttpSettings settings, String cause) {
        String mend = cause.contains("in use")
                ? "another process listens there; set %s to another port, or 0 for a free one"
                        .formatted(HttpKeys.port(settings.service()))
                : cause.contains("assign")
                        ? "this machine has no such address; set %s".formatted(HttpKeys.host(settings.service()))
                        : cause;
        return new ConfigException("%s can't listen on %s: %s".formatted(settings.service(), settings, mend));
    }

    /** Returns the port that is listened on. */
    public int port() {
        return port;
    }

    /** Returns whether a request to a route of GET asks only for the head of its answer. */
    public static boolean isHead(Context ctx) {
        return ctx.attribute(AskedForHead.class.getName()) != null;
    }

    /** Returns the routes, each as {@code METHOD /path}. */
    public Set<String> routes() {
        return Collections.unmodifiableSet(served);
    }

    /** Takes no more requests and waits a few seconds at most for those that are under way. */
    @Override
    public void close() {
        looks.shutdownNow();
        try {
            javalin.stop();
        } catch (JavalinException e) {
            log.warn("the HTTP server stopped while requests were under way: {}", String.valueOf(e.getCause()));
        }
    }

    private void lookEachSecond(Runnable look) {
        ScheduledFuture<?> unused = looks.scheduleWithFixedDelay(
                () -> {
                    try {
                        look.run();
                    } catch (RuntimeException e) {
                        // An exception would end all further looks.
                        log.warn("connections and certificate could not be checked; it is tried again", e);
                    }
                },
                1,
                1,
                TimeUnit.SECONDS);
    }

    private static Connector connector(
            Server server, HttpConfiguration http, HttpSettings settings, Optional<TlsIdentity> identity) {
        ServerConnector connector = identity.map(tls -> secured(server, http, tls))
                .orElseGet(() -> new ServerConnector(server, new HttpConnectionFactory(http)));
        connector.setHost(settings.address().getHostAddress());
        connector.setPort(settings.port());
        // With the 50 of Java a burst of one caller has the system drop the connections of others, for a second or
        // more.
        connector.setAcceptQueueSize(MAX_CONNECTIONS);
        return connector;
    }

    private static ServerConnector secured(Server server, HttpConfiguration http, TlsIdentity identity) {
        SecureRequestCustomizer secure = new SecureRequestCustomizer();
        // There is only one certificate, and health checks call the server by an address that isn't in it.
        secure.setSniHostCheck(false);
        secure.setStsMaxAge(STS.toSeconds());
        http.addCustomizer(secure);
        return new ServerConnector(server, identity.factory(), new HttpConnectionFactory(http));
    }

    /**
     * Sets the headers that tell a browser to make nothing more of an answer than it is. A page that needs more sets its own.
     */
    private static void secure(Context ctx) {
        ctx.header(Header.X_CONTENT_TYPE_OPTIONS, "nosniff");
        ctx.header(Header.X_FRAME_OPTIONS, "DENY");
        ctx.header(Header.REFERRER_POLICY, "no-referrer");
        ctx.header(Header.CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }

    private static void bound(JavalinConfig config, HttpSettings settings, QueuedThreadPool threads) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.threadPool = threads;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            // Jetty keeps the headers of each connection in a table of some 90 KB, and 2,000 may wait.
            http.setHeaderCacheSize(0);
        });
        config.jetty.modifyServletContextHandler(handler -> handler.setErrorHandler(new ErrorAnswer.OfServer()));
        config.jetty.modifyServer(server -> {
            server.setErrorHandler(new ErrorAnswer.OfServer());
            server.addBean(new ConnectionBounds(server, MAX_CONNECTIONS, settings.connectionsPerAddress()));
            server.insertHandler(threadsOf("all", MAX_THREADS));
            server.insertHandler(threadsOf("", MAX_THREADS - THREADS_OF_OTHERS));
            server.insertHandler(RateLimit.handler(settings.requestsPerSecond()));
            server.insertHandler(new GracefulHandler());
            server.insertHandler(new HeadAsGet());
            server.setStopTimeout(STOP_TIMEOUT_MS);
        });
    }

    /**
     * Bounds how many requests hold a thread; further ones wait without a thread, and health checks never wait.
     *
     * @param group the name under which all callers are counted together; empty to count each address for itself
     */
    private static ThreadLimitHandler threadsOf(String group, int threads) {
        ThreadLimitHandler handler = new ThreadLimitHandler() {
            @Override
            protected String getRemoteIP(Request request) {
                return group.isEmpty() ? super.getRemoteIP(request) : group;
            }
        };
        handler.setThreadLimit(threads);
        handler.excludePath(HEALTH);
        return handler;
    }

    /**
     * Lets a route of GET answer HEAD too, without the body, which the server leaves off. Javalin by itself would answer 200
     * without asking the route.
     */
    private static final class HeadAsGet extends Handler.Wrapper {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            return super.handle(
                    HttpMethod.HEAD.is(request.getMethod()) ? new AskedForHead(request) : request, response, callback);
        }
    }

    private static final class AskedForHead extends Request.Wrapper {
        AskedForHead(Request request) {
            super(request);
            request.setAttribute(AskedForHead.class.getName(), true);
        }

        @Override
        public String getMethod() {
            return HttpMethod.GET.asString();
        }
    }
}
