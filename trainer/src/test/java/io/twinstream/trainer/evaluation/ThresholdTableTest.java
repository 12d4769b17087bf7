package io.twinstream.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.trainer.dataset.DatasetException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThresholdTableTest {
    @Test
    void theTableEndsWhereThirtyFalseMatchesEnd() throws DatasetException {
        FmrTable table = ThresholdTable.of(rates(10_000));

        assertEquals(
                List.of(0.1, 0.05, 0.02, 0.01, 0.005),
                table.points().stream().map(FmrPoint::fmr).toList());
    }

    @Test
    void eachThresholdKeepsItsRate() throws DatasetException {
        ErrorRates rates = rates(10_000);

        for (FmrPoint point : ThresholdTable.of(rates).points()) {
            double logit = Math.log(point.threshold() / (1 - point.threshold()));
            assertEquals(point.fmr(), rates.fmr(logit), 1e-9);
        }
    }

    @Test
    void tooFewImpostorsAreRefusedWithTheirNumber() {
        String message = assertThrows(DatasetException.class, () -> ThresholdTable.of(rates(599)))
                .getMessage();

        assertTrue(message.startsWith("599 impostor pairs are too few"), message);
    }

    @Test
    void theLeastNumberOfImpostorsMakesATable() throws DatasetException {
        assertEquals(2, ThresholdTable.of(rates(600)).points().size());
    }

    /** Returns rates of impostor logits that lie evenly from -5 to 5. */
    private static ErrorRates rates(int impostors) {
        double[] logits = IntStream.range(0, impostors)
                .mapToDouble(i -> 10.0 * i / impostors - 5)
                .toArray();
        return new ErrorRates(new double[] {6}, logits);
    }
}
