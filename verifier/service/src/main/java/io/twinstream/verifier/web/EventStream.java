package io.twinstream.verifier.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.verifier.events.EventFilter;
import io.twinstream.verifier.events.EventListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event stream is a listener at the other end of an HTTP answer. It holds no thread. At most {@value #MOST_WAITING}
 * frames wait for it, then the oldest are dropped whole. The server's idle timeout ends a stream whose listener takes
 * no bytes at all.
 *
 * <p>Maintainers: the servlet's rules for writing without blocking are that each call of the stream comes after
 * {@code isReady} returned true, and that the container calls {@code onWritePossible} after it returned false.
 *
 * @see <a href="https://jakarta.ee/specifications/servlet/6.0/jakarta-servlet-spec-6.0#non-blocking-io">Jakarta
 *     Servlet, 3.7</a>
 */
final class EventStream implements EventListener, WriteListener {
    static final int MOST_WAITING = 64;

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private final EventFilter filter;
    private final ServletOutputStream out;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @GuardedBy("this")
    private final Deque<byte[]> waiting = new ArrayDeque<>();

    /** This is true while the container will call when it can take more. */
    @GuardedBy("this")
    private boolean blocked = true;

    @GuardedBy("this")
    private boolean unflushed;

    @GuardedBy("this")
    private boolean gone;

    EventStream(EventFilter filter, ServletOutputStream out) {
        this.filter = filter;
        this.out = out;
    }

    /** Begins to write; the request must be asynchronous by now. */
    void begin() {
        out.setWriteListener(this);
    }

    /** Returns a future that completes when nothing is sent any more. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public EventFilter filter() {
        return filter;
    }

    @Override
    public void send(byte[] frame) {
        synchronized (this) {
            if (gone) {
                return;
            }
            waiting.addLast(frame);
            if (waiting.size() > MOST_WAITING) {
                waiting.removeFirst();
            }
            if (blocked) {
                return;
            }
        }
        onWritePossible();
    }

    @Override
    public void onWritePossible() {
        try {
            write();
        } catch (IOException | IllegalStateException e) {
            onError(e);
        }
    }

    @Override
    public void onError(Throwable error) {
        log.debug("a listener is gone: {}", error.toString());
        end();
    }

    @Override
    public synchronized boolean gone() {
        return gone;
    }

    @Override
    public void end() {
        synchronized (this) {
            gone = true;
            waiting.clear();
        }
        ended.complete(null);
    }

    private synchronized void write() throws IOException {
        blocked = false;
        while (!gone && (unflushed || !waiting.isEmpty())) {
            if (!out.isReady()) {
                blocked = true;
                return;
            }
            byte[] next = waiting.pollFirst();
            if (next == null) {
                unflushed = false;
                out.flush();
            } else {
                unflushed = true;
                out.write(next);
            }
        }
    }
}
