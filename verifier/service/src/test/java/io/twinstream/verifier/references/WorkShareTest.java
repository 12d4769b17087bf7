package io.twinstream.verifier.references;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import org.junit.jupiter.api.Test;

class WorkShareTest {
    @Test
    void aThirdOfOneProcessorRestsTwiceAsLongAsItWorks() {
        assertEquals(200, new WorkShare(1 / 3.0, 1, () -> true).pause(100), 1);
    }

    @Test
    void aThreadThatMayTakeMoreThanOneProcessorNeverRests() {
        assertEquals(0, new WorkShare(0.5, 4, () -> true).pause(100));
    }

    @Test
    void aShareOfTwoProcessorsIsTwiceThatOfOne() {
        assertEquals(67, new WorkShare(0.3, 2, () -> true).pause(100), 1);
    }

    @Test
    void aBoundedWorkHasOneThreadAndAFreeOneAllProcessors() {
        assertEquals(1, new WorkShare(0.5, 8, () -> true).threads());
        assertEquals(8, new WorkShare(0.5, 8, () -> false).threads());
    }
}
