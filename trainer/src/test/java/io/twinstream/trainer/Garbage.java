package io.twinstream.trainer;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;

/** Collects garbage, and with it the native memory that nobody in Java needs any more. */
public final class Garbage {
    private Garbage() {}

    /** Returns once the memory of all that was unreachable before has been freed. */
    public static void collect() throws InterruptedException {
        // What one collection has found is dealt with before what the next one finds.
        for (int round = 0; round < 2; round++) {
            ReferenceQueue<Object> freed = new ReferenceQueue<>();
            PhantomReference<Object> last = new PhantomReference<>(new Object(), freed);
            System.gc();
            freed.remove();
            Reference.reachabilityFence(last);
        }
    }
}
