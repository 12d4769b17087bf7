package io.twinstream.schemas.http;

import java.time.Duration;
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
            Connection connection = endPoint.getConnection();
            if (connection instanceof SslConnection ssl) {
                connection = ssl.getSslEndPoint().getConnection();
            }
            if (connection instanceof HttpConnection http && isSlow(http, endPoint)) {
                endPoint.close(new TimeoutException("the request didn't come whole within " + limit));
            }
        }
    }

    private boolean isSlow(HttpConnection http, EndPoint endPoint) {
        if (http.getMessagesIn() == 0) {
            return System.currentTimeMillis() - endPoint.getCreatedTimeStamp() > limit.toMillis();
        }
        HttpParser parser = http.getParser();
        boolean arriving = parser.inContentState() || (parser.inHeaderState() && !parser.isStart());
        return arriving && System.nanoTime() - parser.getBeginNanoTime() > limit.toNanos();
    }
}
