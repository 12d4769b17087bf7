package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeGuardTest {
    @Test
    void aLongCommandLineIsRefusedWithTheMend() {
        InferenceException refused =
                assertThrows(InferenceException.class, () -> NativeGuard.checkCommandLine(Map.of(), 3_001));

        assertTrue(String.valueOf(refused.getMessage()).contains("ORT_DISABLE_TELEMETRY=1"), refused.getMessage());
    }

    @Test
    void aShortCommandLineOrTelemetrySwitchedOffPasses() {
        assertDoesNotThrow(() -> NativeGuard.checkCommandLine(Map.of(), 3_000));
        assertDoesNotThrow(() -> NativeGuard.checkCommandLine(Map.of("ORT_DISABLE_TELEMETRY", "1"), 100_000));
    }
}
