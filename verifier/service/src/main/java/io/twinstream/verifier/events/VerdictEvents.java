package io.twinstream.verifier.events;

import io.twinstream.schemas.result.VerdictView;
import io.twinstream.verifier.feed.VerdictTail;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The event {@code verdicts} carries a sample of the verdicts that came, {@value #MOST} at most for each filter, oldest
 * first.
 */
public final class VerdictEvents implements EventKind {
    static final int MOST = 20;
    private static final int REMEMBERED = 500;

    private final VerdictTail tail;
    private final Deque<VerdictView> latest = new ArrayDeque<>();
    private List<VerdictView> sample = List.of();

    public VerdictEvents(VerdictTail tail) {
        this.tail = tail;
    }

    @Override
    public String name() {
        return "verdicts";
    }

    @Override
    public void round() {
        tail.want(true);
        sample = tail.take();
        latest.addAll(sample);
        while (latest.size() > REMEMBERED) {
            latest.removeFirst();
        }
    }

    @Override
    public void pause() {
        tail.want(false);
        latest.clear();
    }

    @Override
    public Optional<?> news(EventFilter filter) {
        return body(spread(admitted(sample, filter)));
    }

    @Override
    public Optional<?> current(EventFilter filter) {
        List<VerdictView> admitted = admitted(latest, filter);
        return body(admitted.subList(Math.max(0, admitted.size() - MOST), admitted.size()));
    }

    private static List<VerdictView> admitted(Iterable<VerdictView> all, EventFilter filter) {
        List<VerdictView> admitted = new ArrayList<>();
        for (VerdictView each : all) {
            if (filter.admits(each.task(), each.source())) {
                admitted.add(each);
            }
        }
        return admitted;
    }

    /** Returns every n-th of these, so that they are from the whole second. */
    static <T> List<T> spread(List<T> all) {
        int kept = Math.min(MOST, all.size());
        List<T> spread = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            spread.add(all.get((int) ((long) i * all.size() / kept)));
        }
        return spread;
    }

    private static Optional<?> body(List<VerdictView> verdicts) {
        return verdicts.isEmpty() ? Optional.empty() : Optional.of(Map.of("verdicts", verdicts));
    }
}
