package io.twinstream.trainer.network;

/**
 * PyTorch as a trainer runs it: on one thread, and with the native library on the class path instead of a search on the
 * internet. What the operator has set already stays.
 */
public final class PyTorch {
    private PyTorch() {}

    /** To be called before the process first uses DJL; has no effect later. */
    public static void prepare() {
        setIfAbsent("ai.djl.offline", "true");
        // On the few cores of a training machine more threads wait for each other longer than they compute.
        setIfAbsent("ai.djl.pytorch.num_threads", "1");
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
