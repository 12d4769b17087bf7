package io.twinstream.schemas.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrustedModelTest {
    /** Runs in a process of its own, since another test may have loaded a record or a serde here before. */
    @Test
    void aProgramMayBeginByCopyingARecord() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CopiedRecord.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        String output = new String(process.getInputStream().readAllBytes());

        assertEquals("SERVING", output.strip());
        assertEquals(0, process.waitFor());
    }

    /** Copies a record with an enum before anything else of Avro's is loaded. */
    static final class CopiedRecord {
        private CopiedRecord() {}

        public static void main(String[] arguments) {
            ModelActivation order = ModelActivation.newBuilder()
                    .setSlot(ModelSlot.SERVING)
                    .setDelayMs(2000)
                    .setReason("r")
                    .setBy("b")
                    .build();
            System.out.println(ModelActivation.newBuilder(order).build().getSlot());
        }
    }
}
