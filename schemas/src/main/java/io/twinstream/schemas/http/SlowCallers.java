package io.twinstream.schemas.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * Hangs up on callers whose request doesn't come whole in time, a byte now and then as well as none.
 *
 * <p>Maintainers: Jetty's idle timeout begins anew with each byte, and its minimum data rate, which counts bodies alone, takes a
 * pause after the first bytes for a low rate. Only the parser knows since when it waits, and for what.
 */
final class SlowCallers {
    private final AbstractConnector connector;
    private final Duration limit;

    SlowCallers(AbstractConnector connector, Duration limit) {
        this.connector = connector;
        this.limit = limit;
    }

    void look() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            if (comingNanos(endPoint) > limit.toNanos()) {
                endPoint.close(new TimeoutException("the request didn't come whole within " + limit));
            }
        }
    }

    /** How long a connection's request has been coming and isn't whole; of a new connection from its beginning. 0 where none comes. */
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

    /** Whether a request came whole and its answer has yet to be sent. */
    static boolean isServed(EndPoint endPoint) {
        return http(endPoint) instanceof HttpConnection http
                && http.getMessagesIn() > 0
                && !http.getParser().isStart()
                && comingNanos(endPoint) == 0;
    }

    private static Connection http(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        return connection instanceof SslConnection ssl ? ssl.getSslEndPoint().getConnection() : connection;
    }
}
