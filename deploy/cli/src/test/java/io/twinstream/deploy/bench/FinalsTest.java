package io.twinstream.deploy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FinalsTest {
    @Test
    void theHighestMedianWinsAndOneLuckyTrialDoesNot() throws InterruptedException {
        Map<String, Iterator<Double>> rates = Map.of(
                "lucky", List.of(1.0, 9.0, 1.0, 1.0, 2.0).iterator(),
                "steady", List.of(3.0, 3.0, 2.0, 3.0, 3.0).iterator(),
                "unlucky", List.of(4.0, 0.5, 4.0, 0.5, 0.5).iterator());

        assertEquals(
                "steady",
                Finals.winner(
                        List.of("lucky", "steady", "unlucky"),
                        each -> rates.get(each).next()));
    }

    @Test
    void candidatesTakeTurns() throws InterruptedException {
        List<String> turns = new ArrayList<>();

        String winner = Finals.winner(List.of("a", "b"), each -> {
            turns.add(each);
            return 1;
        });

        assertEquals("a", winner);
        assertEquals("ab".repeat(5), String.join("", turns));
    }
}
