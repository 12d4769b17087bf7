package io.twinstream.ingest.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BulkOutcomeTest {
    @Test
    void aRefusedFileIsOneLineWhateverItsNameHolds() {
        BulkOutcome.Refused refused = new BulkOutcome.Refused("new\nline/\u001b[31mred.png", "the image is empty");

        assertEquals("new line/\\u001b[31mred.png: the image is empty", refused.toString());
    }
}
