package io.twinstream.schemas.http;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Hangs up on callers whose request doesn't come whole in time, whether they send a byte now and then or none. Where slow
 * bodies hold most of the threads, it hangs up at once on those that have taken longer than two seconds, and one more for each
 * MiB that came. It begins with the address that has most of them.
 *
 * <p>Maintainers: Jetty's idle timeout begins anew with each byte. Its minimum data rate counts bodies alone, and takes a
 * pause after the first bytes for a low rate. Only the parser knows since when it waits, and for what.
 */
final class SlowCallers {
    private static final long NANOS_PER_MIB = Duration.ofSeconds(1).toNanos();
    private static final Duration IN_A_CROWD = Duration.ofSeconds(2);

    private final AbstractConnector connector;
    private final Duration limit;
    private final int mostBodies;

    /** @param mostBodies the number of bodies that may be coming at a time before slow ones are cut off sooner */
    SlowCallers(AbstractConnector connector, Duration limit, int mostBodies) {
        this.connector = connector;
        this.limit = limit;
        this.mostBodies = mostBodies;
    }

    void look() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (comingNanos(endPoint) > limit.toNanos() && isCallersTurn(endPoint)) {
                endPoint.close(new TimeoutException("the request didn't come whole within " + limit));
            }
        }
        thinOut();
    }

    private void thinOut() {
        List<EndPoint> bodies = connector.getConnectedEndPoints().stream()
                .filter(each -> http(each) instanceof HttpConnection http
                        && http.getParser().inContentState()
                        && isCallersTurn(each))
                .toList();
        if (bodies.size() <= mostBodies) {
            return;
        }
        Map<Object, Long> byAddress = bodies.stream().collect(groupingBy(SlowCallers::address, counting()));
        bodies.stream()
                .filter(each -> comingNanos(each) > IN_A_CROWD.toNanos() + earnedNanos(each))
                .sorted(Comparator.<EndPoint>comparingLong(each -> byAddress.getOrDefault(address(each), 0L))
                        .thenComparingLong(SlowCallers::comingNanos)
                        .reversed())
                .limit(bodies.size() - mostBodies)
                .forEach(each -> each.close(new TimeoutException("others wait for the thread of a slow request")));
    }

    /**
     * Returns whether the server waits for bytes. Where it doesn't, the request waits for a thread, and nobody has asked its
     * caller for more.
     */
    private static boolean isCallersTurn(EndPoint endPoint) {
        return !(http(endPoint) instanceof HttpConnection http)
                || !http.getParser().inContentState()
                || http.isFillInterested();
    }

    /**
     * Returns the time that a body has earned by the bytes that came, since a large picture may take long as long as it comes.
     */
    private static long earnedNanos(EndPoint endPoint) {
        return http(endPoint) instanceof HttpConnection http
                ? (http.getParser().getContentRead() * NANOS_PER_MIB) >> 20
                : 0;
    }

    private static Object address(EndPoint endPoint) {
        return endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote && remote.getAddress() != null
                ? remote.getAddress()
                : "elsewhere";
    }

    /**
     * Returns how long a connection's request has been coming without being whole, for a new connection since it was opened; 0
     * where no request is coming.
     */
    static long comingNanos(EndPoint endPoint) {
        if (!(http(endPoint) instanceof HttpConnection http)) {
            return 0;
        }
        if (http.getMessagesIn() == 0) {
            return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - endPoint.getCreatedTimeStamp());
        }
        HttpParser parser = http.getParser();
        boolean arriving = parser.inContentState() || (parser.inHeaderState() && !parser.isStart());
        return arriving ? System.nanoTime() - parser.getBeginNanoTime() : 0;
    }

    /** Returns whether a request has come whole and its answer has yet to be sent. */
    static boolean isServed(EndPoint endPoint) {
        return http(endPoint) instanceof HttpConnection http
                && http.getMessagesIn() > 0
                && !http.getParser().isStart()
                && comingNanos(endPoint) == 0;
    }

    /**
     * Returns for how long a request that has come whole has had nothing of its answer, as one that waits for a verdict; 0 where
     * no request is served, or its answer has begun.
     */
    static long waitingNanos(EndPoint endPoint) {
        return isServed(endPoint)
                        && http(endPoint) instanceof HttpConnection http
                        && !http.getGenerator().isCommitted()
                ? System.nanoTime() - http.getParser().getBeginNanoTime()
                : 0;
    }

    private static Connection http(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        return connection instanceof SslConnection ssl ? ssl.getSslEndPoint().getConnection() : connection;
    }
}
