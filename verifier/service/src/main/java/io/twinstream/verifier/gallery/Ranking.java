package io.twinstream.verifier.gallery;

import java.util.ArrayList;
import java.util.List;

/** A ranking holds the best subjects seen so far, each with its best reference, best first; at most a given number. */
final class Ranking {
    private final int most;
    private final List<Match> ranked = new ArrayList<>();

    Ranking(int most) {
        this.most = most;
    }

    /**
     * Returns the logit below which no match can enter. Most are below, and the caller then needs no {@link Match}.
     */
    float least() {
        return ranked.size() < most
                ? Float.NEGATIVE_INFINITY
                : ranked.get(ranked.size() - 1).logit();
    }

    void offer(Match match) {
        int place = ranked.size();
        while (place > 0 && match.beats(ranked.get(place - 1))) {
            place--;
        }
        for (int i = 0; i < place; i++) {
            if (sameSubject(ranked.get(i), match)) {
                return;
            }
        }
        ranked.add(place, match);
        for (int i = place + 1; i < ranked.size(); i++) {
            if (sameSubject(ranked.get(i), match)) {
                ranked.remove(i);
                return;
            }
        }
        if (ranked.size() > most) {
            ranked.remove(most);
        }
    }

    List<Match> best() {
        return List.copyOf(ranked);
    }

    private static boolean sameSubject(Match a, Match b) {
        return a.reference().subjectId().equals(b.reference().subjectId());
    }
}
