package io.twinstream.trainer.network;

/**
 * Prepares PyTorch as a trainer runs it: on one thread, and with the native library on the class path or the user's own
 * instead of a search on the internet. Properties that the operator has set stay.
 */
public final class PyTorch {
    private PyTorch() {}

    /** Sets the properties, which have no effect once the process has used DJL. */
    public static void prepare() {
        setIfAbsent("ai.djl.offline", "true");
        // On the few cores of a training machine more threads wait for each other longer than they compute.
        setIfAbsent("ai.djl.pytorch.num_threads", "1");
        // DJL guesses a part that its jar doesn't hold.
        PyTorchLibrary.ofThisProcess().flavor().ifPresent(flavor -> setIfAbsent("PYTORCH_FLAVOR", flavor));
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
