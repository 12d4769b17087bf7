package io.twinstream.trainer.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import io.twinstream.trainer.network.TrainingDevice.Trial;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingDeviceTest {
    private static final Trial WORKS = device -> Optional.empty();
    private static final Trial FAILS = device -> Optional.of("no CUDA-capable device is detected");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"auto, AUTO, 0", "cpu, CPU, 0", "gpu, GPU, 0", "gpu:0, GPU, 0", "gpu:7, GPU, 7"})
    void aChoiceIsReadFromItsWord(String word, DeviceChoice.Kind kind, int gpu) {
        assertEquals(new DeviceChoice(kind, gpu), DeviceChoice.parse(word));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GPU", "cuda", "gpu:", "gpu:-1", "gpu:1000", "gpu 1", "cpu:0", "auto:1"})
    void otherWordsAreRefusedWithThoseThatAreTaken(String word) {
        String message = assertThrows(IllegalArgumentException.class, () -> DeviceChoice.parse(word))
                .getMessage();

        assertEquals("'%s' must be auto, cpu, gpu or gpu:N, like gpu:1 for the second GPU".formatted(word), message);
    }

    @Test
    void theCpuIsTakenWithoutALookAtAnything() throws Exception {
        Trial never = device -> {
            throw new AssertionError("tried " + device);
        };

        assertEquals(
                Device.cpu(),
                TrainingDevice.find(DeviceChoice.CPU, cuda("2.6.0"), never).device());
    }

    @Test
    void aGpuWithoutItsPyTorchIsRefusedWithWhatLacks() throws IOException {
        assertEquals(
                "a GPU needs PyTorch 2.7.1 for CUDA 12.8, which doesn't come along: install it and name its folder torch/lib in PYTORCH_LIBRARY_PATH, or choose cpu",
                refused("gpu", PyTorchLibrary.named(null), WORKS));
        assertEquals(
                "PYTORCH_LIBRARY_PATH is %s, where no libtorch.so lies: name the folder torch/lib of PyTorch 2.7.1 for CUDA 12.8 there, or choose cpu"
                        .formatted(folder),
                refused("gpu", PyTorchLibrary.named(folder.toString()), WORKS));
        assertEquals(
                "PyTorch in %s has no libtorch_cuda.so and is for CPUs alone: name PyTorch 2.7.1 for CUDA 12.8 in PYTORCH_LIBRARY_PATH, or choose cpu"
                        .formatted(folder.resolve("torch/lib")),
                refused("gpu", torch("2.7.1+cpu"), WORKS));
    }

    @Test
    void aPyTorchOfAnotherVersionIsRefusedForWhoeverWouldLoadIt() throws IOException {
        String refusal =
                "PyTorch in %s is 2.8.0, and DJL here goes with PyTorch 2.7.1 for CUDA 12.8: name that in PYTORCH_LIBRARY_PATH, or unset it"
                        .formatted(folder.resolve("torch/lib"));

        assertEquals(refusal, refused("gpu", cuda("2.8.0+cu128"), WORKS));
        assertEquals(refusal, refused("auto", cuda("2.8.0+cu128"), WORKS));
    }

    @Test
    void aGpuThatPyTorchDoesNotSeeIsRefusedWithItsWords() throws IOException {
        assertEquals(
                "PyTorch in %s can't use GPU 1 (no CUDA-capable device is detected): see whether nvidia-smi lists it, or choose cpu"
                        .formatted(folder.resolve("torch/lib")),
                refused("gpu:1", cuda("2.7.1+cu128"), FAILS));
    }

    @Test
    void aPyTorchThatCanNotBeLoadedIsRefused() throws IOException {
        Trial unloaded = device -> {
            throw new EngineException(
                    "Failed to load PyTorch native library", new UnsatisfiedLinkError("libcudart.so.12"));
        };

        for (String choice : List.of("gpu", "auto")) {
            String message = refused(choice, cuda("2.7.1+cu128"), unloaded);
            assertTrue(message.contains("can't be loaded (libcudart.so.12)"), message);
        }
    }

    @Test
    void autoTakesTheFirstGpuAndElseTheCpuWithTheReason() throws Exception {
        List<Device> tried = new ArrayList<>();
        Trial noting = device -> {
            tried.add(device);
            return Optional.empty();
        };

        TrainingDevice found = TrainingDevice.find(DeviceChoice.AUTO, cuda("2.7.1+cu128"), noting);
        TrainingDevice blind = TrainingDevice.find(DeviceChoice.AUTO, cuda("2.7.1+cu128"), FAILS);
        TrainingDevice without = TrainingDevice.find(DeviceChoice.AUTO, PyTorchLibrary.named(null), noting);

        assertEquals(Device.gpu(0), found.device());
        assertEquals("networks learn on GPU 0, by PyTorch in " + folder.resolve("torch/lib"), found.line());
        assertEquals(List.of(Device.gpu(0)), tried);
        assertEquals(Device.cpu(), blind.device());
        assertTrue(blind.line().contains("learn on the CPU: PyTorch in"), blind.line());
        assertEquals(
                "networks learn on the CPU: a GPU needs PyTorch 2.7.1 for CUDA 12.8, which doesn't come along: install it and name its folder torch/lib in PYTORCH_LIBRARY_PATH",
                without.line());
    }

    @Test
    void theGpuOfThatNumberIsTaken() throws Exception {
        assertEquals(
                Device.gpu(2),
                TrainingDevice.find(DeviceChoice.parse("gpu:2"), cuda("2.7.1+cu128"), WORKS)
                        .device());
    }

    /** The real trial, on the PyTorch of this build. */
    @Test
    @DisabledIfEnvironmentVariable(named = PyTorchLibrary.PATH, matches = ".+", disabledReason = "another PyTorch")
    void thePyTorchThatComesAlongComputesOnTheCpuAndSeesNoGpu() throws Exception {
        assertEquals(Optional.empty(), TrainingDevice.failure(Device.cpu()));
        String failure = TrainingDevice.failure(Device.gpu(0)).orElseThrow();
        assertEquals(1, failure.lines().count(), failure);
        assertEquals(Device.cpu(), TrainingDevice.find(DeviceChoice.AUTO).device());
    }

    @Test
    void djlsPartInCppGoesWithTheNamedPyTorch() throws IOException {
        assertEquals(Optional.empty(), PyTorchLibrary.named(null).flavor());
        assertEquals(Optional.of("cpu"), torch("2.7.1+cpu").flavor());
        assertEquals(Optional.of("cu128"), cuda("2.7.1+cu128").flavor());
        assertEquals(
                Optional.of("cu128"),
                PyTorchLibrary.named(folder.resolve("torch/lib/libtorch.so").toString())
                        .flavor());

        Properties jni = new Properties();
        try (InputStream in = TrainingDeviceTest.class.getResourceAsStream("/jnilib/pytorch.properties")) {
            jni.load(in);
        }
        assertTrue(jni.getProperty("jni_version").startsWith(PyTorchLibrary.VERSION + "-"), jni.toString());
        assertNotNull(
                TrainingDeviceTest.class.getResource(
                        "/jnilib/linux-x86_64/" + PyTorchLibrary.CUDA_FLAVOR + "/libdjl_torch.so"),
                "DJL's part for CUDA isn't on the class path");
    }

    private String refused(String choice, PyTorchLibrary library, Trial trial) {
        return assertThrows(
                        DeviceMissingException.class,
                        () -> TrainingDevice.find(DeviceChoice.parse(choice), library, trial))
                .getMessage();
    }

    private PyTorchLibrary cuda(String version) throws IOException {
        PyTorchLibrary library = torch(version);
        Files.writeString(folder.resolve("torch/lib/libtorch_cuda.so"), "");
        return library;
    }

    /** Lays files as a Python package does. */
    private PyTorchLibrary torch(String version) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("torch/lib"));
        Files.writeString(lib.resolve("libtorch.so"), "");
        Files.writeString(folder.resolve("torch/version.py"), "__version__ = '%s'\ndebug = False\n".formatted(version));
        return PyTorchLibrary.named(lib.toString());
    }
}
