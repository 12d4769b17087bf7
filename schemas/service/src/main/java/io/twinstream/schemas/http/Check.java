package io.twinstream.schemas.http;

import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * A condition that a health answer reports by its name.
 *
 * @param look looks at the condition now; called on the caller's thread, so it must answer within a second or two
 */
public record Check(String name, Supplier<Finding> look) {
    /**
     * What a look at a condition gave.
     *
     * @param number what was measured, in the unit that the check's name says; empty where there is nothing to measure
     * @param reason why the condition doesn't hold, in one line; empty where it holds or the name says it all
     */
    public record Finding(boolean holds, OptionalDouble number, String reason) {}

    /** A condition whose name says it all. */
    public static Check of(String name, BooleanSupplier holds) {
        return new Check(name, () -> new Finding(holds.getAsBoolean(), OptionalDouble.empty(), ""));
    }

    /** A condition that holds while there is no trouble to tell, which is an empty text. */
    public static Check untroubled(String name, Supplier<String> trouble) {
        return new Check(name, () -> {
            String reason = trouble.get();
            return new Finding(reason.isEmpty(), OptionalDouble.empty(), reason);
        });
    }

    /**
     * A condition that holds while a number is at most its bound.
     *
     * @param reason asked only where it is more
     */
    public static Check atMost(String name, DoubleSupplier number, double bound, Supplier<String> reason) {
        return new Check(name, () -> {
            double measured = number.getAsDouble();
            boolean holds = measured <= bound;
            return new Finding(holds, OptionalDouble.of(measured), holds ? "" : reason.get());
        });
    }
}
