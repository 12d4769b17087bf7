package io.twinstream.ingest.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.record.Outcome;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultMemoryTest {
    @Test
    void theLatestResultsStayWithinTheBytes() {
        ReadResult one = FakeResults.verdict("p1000", Outcome.MATCH, 0);
        long room = 10L * one.bytes();
        ResultMemory memory = new ResultMemory(room);

        for (int i = 1000; i < 3000; i++) {
            memory.add(FakeResults.verdict("p" + i, Outcome.MATCH, 0));
            assertTrue(memory.bytes() <= room, "%d of %d".formatted(memory.bytes(), room));
        }

        assertEquals(room, memory.bytes());
        assertTrue(memory.get("p2999").isPresent());
        assertTrue(memory.get("p2990").isPresent());
        assertEquals(Optional.empty(), memory.get("p2989"));
    }

    @Test
    void aResultTakesThePlaceOfTheEarlierOneOfItsId() {
        ReadResult first = FakeResults.verdict("p1", Outcome.MATCH, 0);
        ReadResult other = FakeResults.verdict("p2", Outcome.MATCH, 1);
        ReadResult second = FakeResults.verdict("p1", Outcome.NON_MATCH, 2);
        ResultMemory memory = new ResultMemory(2L * first.bytes());

        memory.add(first);
        memory.add(other);
        memory.add(second);

        assertEquals(Optional.of(second), memory.get("p1"));
        assertEquals(Optional.of(other), memory.get("p2"));
        assertEquals(other.bytes() + second.bytes(), memory.bytes());
        // The repeated id counts as the youngest.
        memory.add(FakeResults.verdict("p3", Outcome.MATCH, 3));
        assertEquals(Optional.empty(), memory.get("p2"));
        assertTrue(memory.get("p1").isPresent());
    }

    @Test
    void whatIsLargerThanAllMemoryIsNotKept() {
        ResultMemory memory = new ResultMemory(100);

        memory.add(FakeResults.verdict("p1", Outcome.MATCH, 0));

        assertEquals(Optional.empty(), memory.get("p1"));
        assertEquals(0, memory.bytes());
    }
}
