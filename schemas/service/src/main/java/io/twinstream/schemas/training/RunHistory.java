package io.twinstream.schemas.training;

import io.twinstream.schemas.record.TrainingProgress;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps some of a run's progress records, spread over its whole length: every n-th and the last, at most {@value #MOST}. For
 * one thread.
 */
public final class RunHistory {
    public static final int MOST = 240;

    private List<TrainingProgress> kept = new ArrayList<>();
    private int stride = 1;
    private int seen;

    public void add(TrainingProgress progress) {
        // The record before was kept only because it was the last.
        if (!kept.isEmpty() && (seen - 1) % stride != 0) {
            kept.remove(kept.size() - 1);
        }
        if (kept.size() == MOST) {
            thin();
        }
        kept.add(progress);
        seen++;
    }

    public List<TrainingProgress> records() {
        return List.copyOf(kept);
    }

    private void thin() {
        List<TrainingProgress> half = new ArrayList<>();
        for (int i = 0; i < kept.size(); i += 2) {
            half.add(kept.get(i));
        }
        kept = half;
        stride *= 2;
    }
}
