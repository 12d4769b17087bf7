package io.twinstream.schemas.http;

import java.util.OptionalDouble;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * A condition that a health answer reports by its name. Where it fails, one line says why, and what to do.
 *
 * @param look looks at the condition now; called on the caller's thread, so it must answer within a second or two
 */
public record HealthCheck(String name, Supplier<Result> look) {
    /**
     * What a look at a condition gave.
     *
     * @param number what was measured, in the unit that the check's name says; empty where there is nothing to measure
     * @param reason why the condition doesn't hold and what to do, in one line; empty where it holds
     */
    public record Result(boolean holds, OptionalDouble number, String reason) {
        private static final Result HOLDS = new Result(true, OptionalDouble.empty(), "");
    }

    /** A condition that fails for one reason alone. */
    public static HealthCheck of(String name, BooleanSupplier holds, String reason) {
        return new HealthCheck(
                name, () -> holds.getAsBoolean() ? Result.HOLDS : new Result(false, OptionalDouble.empty(), reason));
    }

    /**
     * A condition that holds while there is no trouble to tell.
     *
     * @param trouble why it doesn't hold and what to do, in one line; an empty text while there is none
     */
    public static HealthCheck untroubled(String name, Supplier<String> trouble) {
        return new HealthCheck(name, () -> {
            String reason = trouble.get();
            return reason.isEmpty() ? Result.HOLDS : new Result(false, OptionalDouble.empty(), reason);
        });
    }

    /**
     * The same, where the trouble's line doesn't say what to do.
     *
     * @param trouble an empty text while there is none
     * @param remedy what to do
     */
    public static HealthCheck untroubled(String name, Supplier<String> trouble, String remedy) {
        return untroubled(name, () -> {
            String reason = trouble.get();
            return reason.isEmpty() ? "" : reason + ": " + remedy;
        });
    }

    /**
     * A condition that holds while a number is at most its bound.
     *
     * @param trouble why it is more and what to do, in one line; asked only where it is
     */
    public static HealthCheck atMost(String name, DoubleSupplier number, double bound, Supplier<String> trouble) {
        return new HealthCheck(name, () -> {
            double measured = number.getAsDouble();
            boolean holds = measured <= bound;
            return new Result(holds, OptionalDouble.of(measured), holds ? "" : trouble.get());
        });
    }

    /**
     * The same, for a look that waits for others: one looks at a time, and whoever asks meanwhile gets what was found last, and holds
     * no thread. Before the first look has ended, the condition is unknown, and so doesn't hold.
     */
    public HealthCheck oneAtATime() {
        Semaphore looking = new Semaphore(1);
        AtomicReference<Result> last = new AtomicReference<>(
                new Result(false, OptionalDouble.empty(), "it isn't known yet: ask again in a few seconds"));
        return new HealthCheck(name, () -> {
            if (looking.tryAcquire()) {
                try {
                    last.set(look.get());
                } finally {
                    looking.release();
                }
            }
            return last.get();
        });
    }
}
