package io.twinstream.verifier.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Direct memory of one thread for whichever batch it fills: versions that follow each other share it, since what the
 * garbage collector doesn't see in time would grow with every swap. Grows to the largest batch. For one batch at a time.
 */
public final class BatchBuffers {
    private ByteBuffer input = direct(0);
    private ByteBuffer output = direct(0);

    /** At least so many floats; what it held is lost where it has to grow. */
    ByteBuffer input(int floats) {
        if (input.capacity() < bytes(floats)) {
            input = direct(floats);
        }
        return input;
    }

    ByteBuffer output(int floats) {
        if (output.capacity() < bytes(floats)) {
            output = direct(floats);
        }
        return output;
    }

    private static ByteBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(bytes(floats)).order(ByteOrder.nativeOrder());
    }

    private static int bytes(int floats) {
        return Math.multiplyExact(floats, Float.BYTES);
    }
}
