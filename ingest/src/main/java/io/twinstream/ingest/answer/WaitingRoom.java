package io.twinstream.ingest.answer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.ingest.answer.ReadResult.Said;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds who waits for which probe, and the latest results. Both are bounded. A result that comes is given to those who wait for
 * its id, and no result falls between a look at the memory and a wait. For many threads.
 */
final class WaitingRoom {
    /** How many may wait for one id, since each result of an id is offered to all of them. */
    static final int MOST_OF_ID = 100;

    private final int most;

    @GuardedBy("this")
    private final ResultMemory memory;

    @GuardedBy("this")
    private final Map<String, List<ProbeWait>> waiting = new HashMap<>();

    @GuardedBy("this")
    private int count;

    @GuardedBy("this")
    private String closed = "";

    /** @param most how many may wait at a time */
    WaitingRoom(int most, long maxBytes) {
        this.most = most;
        this.memory = new ResultMemory(maxBytes);
    }

    /** Begins a wait for the result of a record that is yet to be sent. Where there is no room, the wait is over at once. */
    ProbeWait forRecord(String probeId) {
        ProbeWait wait = ProbeWait.ofRecord(probeId);
        enter(wait);
        return wait;
    }

    /** Returns a wait that is over at once where the id has a result, and else ends with its next one. */
    ProbeWait forId(String probeId) {
        ProbeWait wait = ProbeWait.ofId(probeId);
        while (true) {
            Optional<ReadResult> there;
            synchronized (this) {
                there = memory.get(probeId);
                if (there.isEmpty()) {
                    enter(wait);
                    return wait;
                }
            }
            // It is decoded outside the lock, which all other callers and the thread that reads need.
            Optional<Said> said = there.get().said();
            if (said.isPresent()) {
                wait.offer(said.get());
                return wait;
            }
            synchronized (this) {
                memory.forget(there.get());
            }
        }
    }

    /**
     * Remembers a result, and gives it to those who wait for it. One that can't be decoded takes the place of no other. It is
     * decoded only where this matters: most verdicts are the first of their ids, and nobody asks for them.
     */
    void arrived(ReadResult result) {
        synchronized (this) {
            if (memory.get(result.probeId()).isEmpty() && !waiting.containsKey(result.probeId())) {
                memory.add(result);
                return;
            }
        }
        Optional<Said> said = result.said();
        if (said.isEmpty()) {
            return;
        }
        List<ProbeWait> those;
        synchronized (this) {
            memory.add(result);
            those = List.copyOf(waiting.getOrDefault(result.probeId(), List.of()));
        }
        those.forEach(each -> each.offer(said.get()));
    }

    synchronized int count() {
        return count;
    }

    /** Ends all waits, and each one that begins from now on. */
    void close(String why) {
        List<ProbeWait> all = new ArrayList<>();
        synchronized (this) {
            closed = why;
            waiting.values().forEach(all::addAll);
        }
        all.forEach(each -> each.end(why));
    }

    private synchronized void enter(ProbeWait wait) {
        if (!closed.isEmpty()) {
            wait.end(closed);
        } else if (count >= most) {
            wait.end("%d callers wait for verdicts already: ask again later".formatted(count));
        } else {
            List<ProbeWait> those = waiting.computeIfAbsent(wait.probeId(), id -> new ArrayList<>(1));
            if (those.size() == MOST_OF_ID) {
                wait.end("%d callers wait for this probe already: ask again later".formatted(MOST_OF_ID));
                return;
            }
            count++;
            those.add(wait);
            wait.whenOver(answer -> leave(wait));
        }
    }

    private synchronized void leave(ProbeWait wait) {
        count--;
        waiting.computeIfPresent(wait.probeId(), (id, those) -> {
            those.remove(wait);
            return those.isEmpty() ? null : those;
        });
    }
}
