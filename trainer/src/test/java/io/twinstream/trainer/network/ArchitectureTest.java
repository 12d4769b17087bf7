package io.twinstream.trainer.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.twinstream.schemas.modelpackage.InputSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {
    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    /** The paper gives no sum; this one follows from its figure 4. */
    @Test
    void thePapersNetworkHasThePapersParameters() {
        assertEquals(38_951_745, parameters("koch2015"));
    }

    @Test
    void compactStaysUnderOneAndAHalfMegabytes() {
        assertTrue(parameters("compact") * Float.BYTES < 1_500_000, "parameters: " + parameters("compact"));
    }

    @Test
    void wideStaysUnderTwentyMegabytes() {
        assertEquals(464_417, parameters("wide"));
    }

    @ParameterizedTest
    @CsvSource({
        "16, 16, 1, 128",
        "17, 40, 3, 256",
        "48, 48, 1, 252",
        "79, 79, 3, 256",
        "105, 105, 1, 576",
        "224, 160, 3, 2240"
    })
    void compactTakesAnyInput(int width, int height, int channels, int embeddingLength) {
        TwinNetwork network = Architecture.named("compact").network(new InputSpec(width, height, channels, false));

        assertEquals(embeddingLength, network.embeddingLength());
    }

    @Test
    void anInputTooSmallForTheLayersIsRefusedInOneLine() {
        InputSpec tiny = new InputSpec(8, 8, 1, true);

        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Architecture.named("compact").network(tiny))
                .getMessage();

        assertEquals("compact leaves nothing of images of 8 x 8: take larger ones", message);
    }

    @Test
    void anUnknownArchitectureIsRefusedWithThoseThereAre() {
        String message = assertThrows(IllegalArgumentException.class, () -> Architecture.named("resnet"))
                .getMessage();

        assertEquals("no architecture 'resnet': there are compact, wide, koch2015", message);
    }

    private static long parameters(String name) {
        Architecture architecture = Architecture.named(name);
        TwinNetwork network = architecture.network(architecture.defaultInput());
        try (NDManager manager = NDManager.newBaseManager()) {
            network.initialize(manager, DataType.FLOAT32, network.inputShape(1));
            return network.getParameters().values().stream()
                    .filter(each -> each.requiresGradient())
                    .mapToLong(each -> each.getArray().size())
                    .sum();
        }
    }
}
