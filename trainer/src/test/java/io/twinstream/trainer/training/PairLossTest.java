package io.twinstream.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.twinstream.trainer.network.PyTorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PairLossTest {
    @BeforeAll
    static void prepare() {
        PyTorch.prepare();
    }

    @Test
    void knowingNothingCostsOneBitForEachPairAndAGuessForEachRow() {
        assertEquals(Math.log(2) + Math.log(3), loss(0, 0, 0, 0, 0, 0, 0, 0, 0), 1e-6);
    }

    @Test
    void rightAnswersCostNothingEvenWhereLogitsAreHuge() {
        assertEquals(0, loss(500, -500, -500, -500, 500, -500, -500, -500, 500), 1e-6);
    }

    @Test
    void genuineAndImpostorPairsWeighTheSame() {
        double genuineWrong = (Math.log1p(Math.exp(4)) + Math.log1p(Math.exp(-4))) / 2;

        assertEquals(genuineWrong + Math.log(3), loss(-4, -4, -4, -4, -4, -4, -4, -4, -4), 1e-5);
        assertEquals(genuineWrong + Math.log(3), loss(4, 4, 4, 4, 4, 4, 4, 4, 4), 1e-5);
    }

    private static double loss(float... logits) {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList predictions = new NDList(manager.create(logits, new Shape(3, 3)));
            return new PairLoss().evaluate(new NDList(), predictions).getFloat();
        }
    }
}
