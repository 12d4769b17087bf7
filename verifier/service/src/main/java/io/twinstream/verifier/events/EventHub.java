package io.twinstream.verifier.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event hub tells its listeners, {@value #MOST_LISTENERS} at most, about once a second what is new. One thread
 * serves all of them, and no listener holds it up. A kind of event that fails is left out of its round, with a line in
 * the log at each power of two.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events: what a frame
 *     is</a>
 */
public final class EventHub implements AutoCloseable {
    public static final int MOST_LISTENERS = 64;

    private static final Logger log = LoggerFactory.getLogger(EventHub.class);
    private static final long ROUND_MS = 1_000;
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * This is a comment that shows the listener that the connection works, and the container whether the listener is there.
     */
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

    private static final long STOP_SECONDS = 10;

    private final List<EventKind> kinds;
    private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
    private final Semaphore free = new Semaphore(MOST_LISTENERS);
    private final ScheduledExecutorService thread;
    private boolean awake;
    private long failures;

    public EventHub(ServiceThreads threads, List<EventKind> kinds) {
        this.thread = threads.scheduled("events", 1);
        this.kinds = List.copyOf(kinds);
    }

    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::round, ROUND_MS, ROUND_MS, TimeUnit.MILLISECONDS);
    }

    /** Reserves a place for a listener, to be filled by {@link #add} or given back; returns false if there is none. */
    public boolean reserve() {
        return !thread.isShutdown() && free.tryAcquire();
    }

    /** Gives a place back, once its listener is gone. */
    public void release() {
        free.release();
    }

    /** Adds a listener in its reserved place, and tells it at once what there is. */
    public void add(EventListener listener) {
        try {
            thread.execute(() -> welcome(listener));
        } catch (RejectedExecutionException e) {
            listener.end();
        }
    }

    /** Ends every listener. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                log.warn(
                        "a round of events still runs {} s after the stop began; listeners are ended all the same",
                        STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listeners.forEach(EventListener::end);
        listeners.clear();
        pause();
    }

    private void welcome(EventListener listener) {
        if (!awake) {
            look();
        }
        listeners.add(listener);
        frames(kind -> kind.current(listener.filter())).forEach(listener::send);
    }

    /** Tells everybody what is new. It runs only on the hub's thread, except in tests, which don't wait a second. */
    void round() {
        listeners.removeIf(EventListener::gone);
        if (listeners.isEmpty()) {
            pause();
            return;
        }
        look();
        Map<EventFilter, List<byte[]>> told = new HashMap<>();
        for (EventListener each : listeners) {
            told.computeIfAbsent(each.filter(), filter -> {
                        List<byte[]> frames = new ArrayList<>(frames(kind -> kind.news(filter)));
                        frames.add(HEARTBEAT);
                        return frames;
                    })
                    .forEach(each::send);
        }
    }

    private void look() {
        awake = true;
        kinds.forEach(kind -> guarded(kind, () -> {
            kind.round();
            return Optional.empty();
        }));
    }

    private void pause() {
        if (awake) {
            awake = false;
            kinds.forEach(EventKind::pause);
        }
    }

    private List<byte[]> frames(Function<EventKind, Optional<?>> body) {
        List<byte[]> frames = new ArrayList<>();
        for (EventKind kind : kinds) {
            guarded(kind, () -> body.apply(kind).map(each -> frame(kind.name(), each)))
                    .ifPresent(frames::add);
        }
        return frames;
    }

    private Optional<byte[]> guarded(EventKind kind, Supplier<Optional<byte[]>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            failures++;
            if (Long.bitCount(failures) == 1) {
                log.warn(
                        "{} events since the start could not be sent to listeners, the latest of the kind {}: {}",
                        failures,
                        kind.name(),
                        e.toString());
            }
            return Optional.empty();
        }
    }

    /** Returns a server-sent event with an object as its data, in JSON without line breaks. */
    private static byte[] frame(String name, Object body) {
        try {
            return "event: %s\ndata: %s\n\n"
                    .formatted(name, JSON.writeValueAsString(body))
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
