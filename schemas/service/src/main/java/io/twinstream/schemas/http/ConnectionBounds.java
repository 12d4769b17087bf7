package io.twinstream.schemas.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.Container;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the connections of one address and of all together. A new one over the bound takes the place of the connection whose
 * request has been coming for longest, else of the one that has been idle for longest. Where all are being served, it takes the
 * place of the one that has waited longest for an answer, if for more than two seconds; else the new one is closed.
 *
 * <p>Maintainers: Jetty's own limit stops accepting, so that whoever fills it shuts out everybody, health checks included.
 * Here the connection to close is searched among all connections, a cost that only connections over the bound cause. While a
 * request waits, Jetty doesn't notice that its caller has hung up; such connections would fill the bound until their waits end.
 */
final class ConnectionBounds extends AbstractLifeCycle implements SelectorManager.AcceptListener {
    private static final Logger log = LoggerFactory.getLogger(ConnectionBounds.class);

    private static final long LONG_WAIT_NANOS = Duration.ofSeconds(2).toNanos();

    private final Server server;
    private final int most;
    private final int mostOfAddress;
    private final Map<SelectableChannel, InetAddress> open = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
    private final AtomicInteger closed = new AtomicInteger();
    private volatile @Nullable InetAddress last;

    ConnectionBounds(Server server, int most, int mostOfAddress) {
        this.server = server;
        this.most = most;
        this.mostOfAddress = mostOfAddress;
    }

    /** Logs how many connections were closed since the last call, if any were. */
    void look() {
        int count = closed.getAndSet(0);
        if (count > 0) {
            log.warn(
                    "closed {} connections to keep within {} for one address and {} in all; the latest one came from {}",
                    count,
                    mostOfAddress,
                    most,
                    last);
        }
    }

    @Override
    protected void doStart() {
        for (Connector connector : server.getConnectors()) {
            ((Container) connector).addBean(this, false);
        }
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        InetAddress address = address(channel);
        open.put(channel, address);
        int ofAddress = byAddress.merge(address, 1, Integer::sum);
        if (ofAddress > mostOfAddress || open.size() > most) {
            last = address;
            closed.incrementAndGet();
            InetAddress among = ofAddress > mostOfAddress ? address : null;
            leastServed(among)
                    .or(() -> longestWaiting(among))
                    .ifPresentOrElse(
                            each -> each.close(new IOException("another connection takes its place")),
                            () -> hangUp(channel));
        }
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        onClosed(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        InetAddress address = open.remove(channel);
        if (address != null) {
            byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    /** @param address the address whose connections are searched; null to search all */
    private Optional<EndPoint> leastServed(@Nullable InetAddress address) {
        Comparator<EndPoint> byWait = Comparator.comparingLong(SlowCallers::comingNanos);
        return open(address)
                .filter(each -> !SlowCallers.isServed(each))
                .max(byWait.thenComparingLong(each -> each instanceof IdleTimeout idle ? idle.getIdleFor() : 0));
    }

    /** @param address the address whose connections are searched; null to search all */
    private Optional<EndPoint> longestWaiting(@Nullable InetAddress address) {
        return open(address)
                .max(Comparator.comparingLong(SlowCallers::waitingNanos))
                .filter(each -> SlowCallers.waitingNanos(each) > LONG_WAIT_NANOS);
    }

    private Stream<EndPoint> open(@Nullable InetAddress address) {
        return Stream.of(server.getConnectors())
                .flatMap(connector -> ((AbstractConnector) connector).getConnectedEndPoints().stream())
                .filter(EndPoint::isOpen)
                .filter(each -> address == null
                        || (each.getRemoteSocketAddress() instanceof InetSocketAddress remote
                                && address.equals(remote.getAddress())));
    }

    private static InetAddress address(SelectableChannel channel) {
        try {
            if (((SocketChannel) channel).getRemoteAddress() instanceof InetSocketAddress remote) {
                return remote.getAddress();
            }
        } catch (IOException e) {
            log.debug("hung up at once", e);
        }
        return InetAddress.getLoopbackAddress();
    }

    private static void hangUp(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("is closed already", e);
        }
    }
}
