package io.twinstream.trainer.network;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.twinstream.schemas.text.ForeignText;
import java.util.Optional;

/**
 * A training device is what a network learns on. Whoever makes arrays is handed it, so that none lies elsewhere.
 *
 * <p>Maintainers: what DJL takes by itself depends on the machine, and DJL counts GPUs with a library that PyTorch doesn't need.
 * So PyTorch itself is asked, by an array that is made there and read back.
 *
 * @param device the device as DJL names it
 * @param line what it is and why, for the log
 */
public record TrainingDevice(Device device, String line) {
    /** The CPU, as somebody chose it. */
    public static final TrainingDevice CPU = new TrainingDevice(Device.cpu(), "networks learn on the CPU");

    /** Tries a device. */
    interface Trial {
        /**
         * Makes an array there and reads it back.
         *
         * @return why that fails; empty where it works
         * @throws EngineException if PyTorch can't be loaded at all
         */
        Optional<String> failure(Device device);
    }

    /**
     * Finds the device that was chosen. PyTorch is loaded only where a GPU may be found.
     *
     * @throws DeviceMissingException if there is none; one line that says what to do
     */
    public static TrainingDevice find(DeviceChoice choice) throws DeviceMissingException {
        return find(choice, PyTorchLibrary.ofThisProcess(), TrainingDevice::failure);
    }

    /** Finds the device as {@link #find(DeviceChoice)} does, with that PyTorch. */
    static TrainingDevice find(DeviceChoice choice, PyTorchLibrary library, Trial trial) throws DeviceMissingException {
        if (choice.kind() == DeviceChoice.Kind.CPU) {
            return CPU;
        }
        library.requireVersion();
        Device gpu = Device.gpu(choice.gpu());
        Optional<String> lack = library.lack();
        if (lack.isEmpty()) {
            lack = tried(gpu, library, trial);
        }
        if (lack.isEmpty()) {
            return new TrainingDevice(
                    gpu, "networks learn on GPU %d, by PyTorch in %s".formatted(choice.gpu(), library));
        }
        if (choice.kind() == DeviceChoice.Kind.GPU) {
            throw new DeviceMissingException(lack.get() + ", or choose cpu");
        }
        return new TrainingDevice(Device.cpu(), "networks learn on the CPU: " + lack.get());
    }

    private static Optional<String> tried(Device gpu, PyTorchLibrary library, Trial trial)
            throws DeviceMissingException {
        try {
            return trial.failure(gpu)
                    .map(cause -> "PyTorch in %s can't use GPU %d (%s): see whether nvidia-smi lists it"
                            .formatted(library, gpu.getDeviceId(), cause));
        } catch (EngineException e) {
            throw new DeviceMissingException(
                    "PyTorch in %s can't be loaded (%s): it must be %s with the libraries that it came with"
                            .formatted(library, cause(e), PyTorchLibrary.NEEDED));
        }
    }

    /** Tries a device with the PyTorch of this process, as {@link Trial} says. */
    static Optional<String> failure(Device device) {
        PyTorch.prepare();
        Engine engine = Engine.getInstance();
        try (NDManager manager = engine.newBaseManager(device)) {
            NDArray array = manager.create(new float[] {1, 2});
            float sum = array.sum().getFloat();
            return sum == 3 ? Optional.empty() : Optional.of("1 + 2 is %s there".formatted(sum));
        } catch (EngineException e) {
            return Optional.of(cause(e));
        }
    }

    /** Returns the first line of the innermost cause. */
    private static String cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        return ForeignText.line(message.lines().findFirst().orElse(message));
    }
}
