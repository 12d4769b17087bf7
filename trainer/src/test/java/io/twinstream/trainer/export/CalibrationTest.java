package io.twinstream.trainer.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.trainer.export.Activations.Spread;
import io.twinstream.trainer.export.Calibration.ByteScale;
import io.twinstream.trainer.export.QuantizedGraph.ChannelWeights;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void zeroIsAByteWhateverTheRange() {
        for (double[] range : new double[][] {{-1, 2}, {0.5, 3}, {-7, -2}, {0, 0}}) {
            ByteScale affine = ByteScale.of(range[0], range[1]);

            assertEquals(0, affine.rounded(0), "of " + affine);
            assertTrue(affine.zeroPoint() >= 0 && affine.zeroPoint() <= 255, affine.toString());
        }
    }

    @Test
    void whatARectifierGivesHasItsZeroPointAtZero() {
        assertEquals(0, ByteScale.of(0, 6).zeroPoint());
        assertEquals(85, ByteScale.of(-1, 2).zeroPoint());
    }

    @Test
    void aPicturesSamplesAreHeldAsTheyAre() {
        ByteScale samples = ByteScale.of(0, 1);

        for (int sample = 0; sample < 256; sample++) {
            assertEquals(sample / 255.0, samples.rounded(sample / 255.0), 1e-6);
        }
    }

    @Test
    void numbersOutsideAreCutOff() {
        assertEquals(2, ByteScale.of(-1, 2).rounded(50), 1e-6);
        assertEquals(-1, ByteScale.of(-1, 2).rounded(-50), 1e-6);
    }

    @Test
    void oneOutlierIsInMinMaxAlone() {
        long[] counts = new long[100];
        counts[0] = 1_000_000;
        counts[9] = 1_000_000;
        counts[99] = 1;
        Spread spread = new Spread(0, 10, counts);

        assertEquals(10, range(Calibration.MIN_MAX.of(spread)), 1e-3);
        assertEquals(1, range(Calibration.PERCENTILE.of(spread)), 0.1);
        assertTrue(range(Calibration.LEAST_SQUARES.of(spread)) < 10);
    }

    @Test
    void everyChannelHasAScaleOfItsOwn() {
        ChannelWeights first = ChannelWeights.of(new float[] {64, -32, 0.5f, 1}, new float[] {2, -3}, true, 0.5f);
        ChannelWeights last = ChannelWeights.of(new float[] {64, 0.5f, -32, 1}, new float[] {2, -3}, false, 0.5f);

        assertEquals("[64, -32, 32, 64]", Arrays.toString(first.weights()));
        assertEquals("[64, 32, -32, 64]", Arrays.toString(last.weights()));
        assertEquals("[1.0, 0.015625]", Arrays.toString(first.scales()));
        assertEquals("[4, -384]", Arrays.toString(first.bias()));
        assertEquals("[0.5, 0.0078125]", Arrays.toString(last.biasScales()));
    }

    @Test
    void aChannelWithoutWeightKeepsItsBias() {
        ChannelWeights held = ChannelWeights.of(new float[] {0, 0, 1e-20f}, new float[] {5, 0, -7}, true, 0.1f);

        for (int channel = 0; channel < 3; channel++) {
            assertEquals(new float[] {5, 0, -7}[channel], held.bias()[channel] * held.biasScales()[channel], 1e-5);
            assertTrue(held.scales()[channel] > 0);
        }
    }

    private static double range(ByteScale affine) {
        return affine.scale() * 255;
    }
}
