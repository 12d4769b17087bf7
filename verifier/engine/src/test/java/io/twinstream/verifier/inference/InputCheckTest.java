package io.twinstream.verifier.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.record.UndecidedCause;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputCheckTest {
    private static final int SIDE = 48;

    private final InputCheck ignorant = InputCheck.of(manifest(SIDE, 1, null));

    @ParameterizedTest
    @ValueSource(floats = {0, 0.3f, 0.5f, 1})
    void anEvenInputIsBlank(float level) {
        float[] input = new float[SIDE * SIDE];
        Arrays.fill(input, level);

        assertEquals(UndecidedCause.BLANK, ignorant.reason(input, 0));
    }

    @Test
    void noiseOfADarkCameraIsBlankHoweverHotSomePixelsAre() {
        Random random = new Random(1);
        float[] input = new float[SIDE * SIDE];
        for (int i = 0; i < input.length; i++) {
            input[i] = clipped(0.94 + 0.08 * random.nextGaussian());
        }
        input[500] = 0;
        input[1500] = 0;

        assertEquals(UndecidedCause.BLANK, ignorant.reason(input, 0));
    }

    @Test
    void paperInUnevenLightIsBlank() {
        float[] input = new float[SIDE * SIDE];
        for (int i = 0; i < input.length; i++) {
            input[i] = 0.1f + 0.25f * (i % SIDE) / SIDE + 0.1f * (i / SIDE) / SIDE;
        }

        assertEquals(UndecidedCause.BLANK, ignorant.reason(input, 0));
    }

    @Test
    void oneShortStrokeIsNotBlank() {
        assertNull(ignorant.reason(drawing(3, 5), 0));
    }

    @Test
    void aSignInOneColourOnAnotherAsLightIsNotBlank() {
        float[] input = new float[3 * SIDE * SIDE];
        float[] stroke = drawing(4, 20);
        for (int i = 0; i < stroke.length; i++) {
            input[i] = stroke[i];
            input[2 * stroke.length + i] = 1 - stroke[i];
        }

        assertNull(InputCheck.of(manifest(SIDE, 3, null)).reason(input, 0));
    }

    @Test
    void largeAndTinyInputsAreCheckedToo() {
        for (int side : new int[] {1, 5, 28, 105, 224}) {
            InputCheck check = InputCheck.of(manifest(side, 1, null));
            float[] input = new float[side * side];

            assertEquals(UndecidedCause.BLANK, check.reason(input, 0), side + " pixels");
        }
    }

    @Test
    void whatIsUnlikeTheExamplesIsOutOfTheDomain() {
        InputCheck check = InputCheck.of(manifest(SIDE, 1, domain(drawing(3, 30))));
        float[] filled = new float[SIDE * SIDE];
        Arrays.fill(filled, 0, filled.length / 2, 1);

        assertTrue(check.knowsDomain());
        assertNull(check.reason(drawing(3, 31), 0));
        assertEquals(UndecidedCause.OUT_OF_DOMAIN, check.reason(filled, 0));
        assertNull(ignorant.reason(filled, 0));
    }

    @Test
    void anExampleThatIsNearCountsWhereverItLies() {
        float[] filled = new float[SIDE * SIDE];
        Arrays.fill(filled, 0, filled.length / 2, 1);
        for (int place : new int[] {0, 127, 128, 299}) {
            float[][] examples = new float[300][];
            Arrays.fill(examples, filled);
            examples[place] = drawing(3, 30);

            assertNull(InputCheck.of(manifest(SIDE, 1, domain(examples))).reason(drawing(3, 31), 0), "at " + place);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 28, 38})
    void aStrokeIsStructureWhereverItLies(int top) {
        float[] input = new float[SIDE * SIDE];
        for (int y = top; y < top + 10; y++) {
            Arrays.fill(input, y * SIDE + 20, y * SIDE + 23, 1);
        }

        assertNull(ignorant.reason(input, 0));
    }

    @Test
    void fogIsNamedByTheDomainAndPaperIsBlank() {
        InputCheck check = InputCheck.of(manifest(SIDE, 1, domain(drawing(3, 30))));
        float[] fog = new float[SIDE * SIDE];
        for (int i = 0; i < fog.length; i++) {
            fog[i] = 0.3f + 0.2f * (float) Math.sin(i % SIDE / 15.0);
        }

        assertEquals(UndecidedCause.OUT_OF_DOMAIN, check.reason(fog, 0));
        assertEquals(UndecidedCause.BLANK, ignorant.reason(fog, 0));
        assertEquals(UndecidedCause.BLANK, check.reason(new float[SIDE * SIDE], 0));
    }

    @Test
    void anInputIsFoundWhereItBegins() {
        float[] both = new float[2 * SIDE * SIDE];
        System.arraycopy(drawing(3, 30), 0, both, SIDE * SIDE, SIDE * SIDE);

        assertEquals(UndecidedCause.BLANK, ignorant.reason(both, 0));
        assertNull(ignorant.reason(both, SIDE * SIDE));
    }

    @Test
    void descriptionsOfAnotherWayAreNoDomain() {
        InputDomain known = domain(drawing(3, 30));
        InputDomain later = new InputDomain(
                known.leastContrast(),
                InputFeatures.DESCRIPTION + 1,
                known.images(),
                known.farthest(),
                known.cells(),
                known.examples());

        assertFalse(InputCheck.of(manifest(SIDE, 1, later)).knowsDomain());
    }

    @Test
    void aCheckAllocatesNothing() {
        InputCheck check = InputCheck.of(manifest(SIDE, 1, domain(drawing(3, 30))));
        float[] input = drawing(3, 31);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        check.reason(input, 0);
        long before = thread.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 1_000; i++) {
            check.reason(input, 0);
        }

        long allocated = thread.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 1_000, allocated + " bytes in 1,000 checks");
    }

    /** Draws a stroke of ink of that width and length. */
    private static float[] drawing(int width, int length) {
        float[] input = new float[SIDE * SIDE];
        for (int y = 10; y < 10 + length; y++) {
            for (int x = 20; x < 20 + width; x++) {
                input[y * SIDE + x] = 1;
            }
        }
        return input;
    }

    private static float clipped(double value) {
        return (float) Math.min(1, Math.max(0, value));
    }

    private static InputDomain domain(float[]... inputs) {
        InputSpec spec = new InputSpec(SIDE, SIDE, 1, true);
        InputFeatures features = new InputFeatures(spec);
        int cells = InputFeatures.cells(spec);
        byte[] examples = new byte[inputs.length * cells];
        for (int i = 0; i < inputs.length; i++) {
            features.measure(inputs[i], 0);
            float[] description = features.describe();
            for (int cell = 0; cell < cells; cell++) {
                examples[i * cells + cell] = (byte) Math.round(255 * description[cell]);
            }
        }
        return new InputDomain(
                InputCheck.LEAST_CONTRAST, InputFeatures.DESCRIPTION, inputs.length, 0.3, cells, examples);
    }

    private static Manifest manifest(int side, int channels, @Nullable InputDomain domain) {
        return Models.claiming(new InputSpec(side, side, channels, true), 2, List.of())
                .manifest()
                .withDomain(domain);
    }
}
