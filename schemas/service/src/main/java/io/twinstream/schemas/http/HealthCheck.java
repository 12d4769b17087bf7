package io.twinstream.schemas.http;

import java.util.OptionalDouble;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * This is a condition that a health answer reports by its name. Where it fails, one line says why and what to do.
 *
 * @param look looks at the condition now; it runs on the caller's thread, so it must answer within a second or two
 */
public record HealthCheck(String name, Supplier<CheckResult> look) {
    /**
     * This is the result of a look at a condition.
     *
     * @param number the measured number, in the unit that the check's name says; empty where nothing is measured
     * @param reason why the condition doesn't hold and what to do, in one line; empty where it holds
     */
    public record CheckResult(boolean holds, OptionalDouble number, String reason) {
        private static final CheckResult HOLDS = new CheckResult(true, OptionalDouble.empty(), "");
    }

    /** Makes a check that fails for one reason alone. */
    public static HealthCheck of(String name, BooleanSupplier holds, String reason) {
        return new HealthCheck(
                name,
                () -> holds.getAsBoolean()
                        ? CheckResult.HOLDS
                        : new CheckResult(false, OptionalDouble.empty(), reason));
    }

    /**
     * Makes a check that holds while there is no trouble to tell.
     *
     * @param trouble why it doesn't hold and what to do, in one line; an empty text while there is none
     */
    public static HealthCheck untroubled(String name, Supplier<String> trouble) {
        return new HealthCheck(name, () -> {
            String reason = trouble.get();
            return reason.isEmpty() ? CheckResult.HOLDS : new CheckResult(false, OptionalDouble.empty(), reason);
        });
    }

    /**
     * Makes a check that holds while there is no trouble to tell, where the trouble's line doesn't say what to do.
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
     * Makes a check that holds while a number is at most its bound.
     *
     * @param trouble why the number is too high and what to do, in one line; asked only where it is
     */
    public static HealthCheck atMost(String name, DoubleSupplier number, double bound, Supplier<String> trouble) {
        return new HealthCheck(name, () -> {
            double measured = number.getAsDouble();
            boolean holds = measured <= bound;
            return new CheckResult(holds, OptionalDouble.of(measured), holds ? "" : trouble.get());
        });
    }

    /**
     * Returns this check for a look that has to wait for others. Only one caller looks at a time; whoever asks meanwhile gets
     * the last result and waits for nothing. Until the first look has ended, the condition is unknown and counts as failing.
     */
    public HealthCheck oneAtATime() {
        Semaphore looking = new Semaphore(1);
        AtomicReference<CheckResult> last = new AtomicReference<>(
                new CheckResult(false, OptionalDouble.empty(), "it isn't known yet: ask again in a few seconds"));
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
