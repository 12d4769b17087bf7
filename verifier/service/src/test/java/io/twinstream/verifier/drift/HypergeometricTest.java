package io.twinstream.verifier.drift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class HypergeometricTest {
    @Test
    void tailsAreThoseOfCountingAllDraws() {
        for (long[] each : new long[][] {{260, 130, 20}, {260, 3, 20}, {30, 29, 7}, {500, 250, 250}, {40, 0, 5}}) {
            for (long seen = Math.max(0, each[2] - (each[0] - each[1])); seen <= Math.min(each[1], each[2]); seen++) {
                Hypergeometric.Tails tails = new Hypergeometric(each[0], each[1], each[2]).tails(seen);

                assertNear(counted(each, 0, seen - 1), tails.below());
                assertNear(counted(each, seen, seen), tails.at());
                assertNear(counted(each, seen + 1, each[2]), tails.above());
            }
        }
    }

    @Test
    void farOutTheSmallTailKeepsItsPrecision() {
        Hypergeometric.Tails tails = new Hypergeometric(100_000, 50_000, 1_000).tails(900);

        double exact = counted(new long[] {100_000, 50_000, 1_000}, 901, 1_000);

        assertTrue(exact < 1e-100, "a far tail: " + exact);
        assertEquals(1, tails.above() / exact, 1e-6);
        assertEquals(1, tails.below(), 1e-12);
    }

    @Test
    void aPoolOfBillionsIsNoTrouble() {
        Hypergeometric.Tails tails = new Hypergeometric(4_000_000_000L, 1_000_000_000L, 100_000).tails(25_000);

        assertEquals(1, tails.below() + tails.at() + tails.above(), 1e-9);
        assertEquals(0.5, tails.low(0.5), 1e-2);
    }

    @Test
    void aPoolThatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Hypergeometric(10, 11, 1));
        assertThrows(IllegalArgumentException.class, () -> new Hypergeometric(10, 1, 11));
    }

    private static void assertNear(double expected, double actual) {
        assertEquals(expected, actual, 1e-12 + 1e-9 * expected);
    }

    /** Computes the probability of a range of matches, both ends included, by big numbers. */
    private static double counted(long[] pool, long from, long to) {
        BigInteger sum = BigInteger.ZERO;
        for (long k = Math.max(0, from); k <= to; k++) {
            sum = sum.add(choose(pool[1], k).multiply(choose(pool[0] - pool[1], pool[2] - k)));
        }
        return new BigDecimal(sum)
                .divide(new BigDecimal(choose(pool[0], pool[2])), MathContext.DECIMAL64)
                .doubleValue();
    }

    private static BigInteger choose(long all, long some) {
        if (some < 0 || some > all) {
            return BigInteger.ZERO;
        }
        BigInteger product = BigInteger.ONE;
        for (long i = 1; i <= some; i++) {
            product = product.multiply(BigInteger.valueOf(all - some + i)).divide(BigInteger.valueOf(i));
        }
        return product;
    }
}
