package io.twinstream.trainer.network;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * This is the user's own PyTorch, where one is named; the one that comes along computes on CPUs alone, as CUDA's is on no Maven
 * repository. DJL looks for it in {@value #PATH}: folders, or the library itself.
 */
final class PyTorchLibrary {
    static final String PATH = "PYTORCH_LIBRARY_PATH";

    /** DJL's part in C++ is compiled for this version of PyTorch. */
    static final String VERSION = "2.7.1";

    /** DJL's part in C++ comes for this version of CUDA. */
    static final String CUDA_FLAVOR = "cu128";

    static final String CPU_FLAVOR = "cpu";

    /** What a GPU needs, in words. */
    static final String NEEDED = "PyTorch %s for CUDA 12.8".formatted(VERSION);

    private static final String TORCH = System.mapLibraryName("torch");
    private static final String TORCH_CUDA = System.mapLibraryName("torch_cuda");

    /** Python packages say their version in the one file, PyTorch's own archives in the other; both lie beside {@code lib}. */
    private static final List<String> VERSION_FILES = List.of("version.py", "build-version");

    private static final Pattern NUMBER = Pattern.compile("(\\d+\\.\\d+\\.\\d+)(?:\\+\\w+)?");

    private final @Nullable String named;
    private final @Nullable Path folder;

    private PyTorchLibrary(@Nullable String named, @Nullable Path folder) {
        this.named = named;
        this.folder = folder;
    }

    /** Returns the PyTorch that this process would load. */
    static PyTorchLibrary ofThisProcess() {
        return named(System.getenv(PATH));
    }

    /** @param path the value of {@value #PATH}; null where it isn't set */
    static PyTorchLibrary named(@Nullable String path) {
        if (path == null || path.isBlank()) {
            return new PyTorchLibrary(null, null);
        }
        for (String each : path.split(File.pathSeparator, -1)) {
            Path place = Path.of(each);
            Path folder = place.endsWith(TORCH) ? place.toAbsolutePath().resolveSibling("") : place;
            if (Files.isRegularFile(folder.resolve(TORCH))) {
                return new PyTorchLibrary(path, folder);
            }
        }
        return new PyTorchLibrary(path, null);
    }

    /** Returns what it lacks to compute on a GPU, and what to do; empty where the GPU itself has to be tried. */
    Optional<String> lack() {
        if (named == null) {
            return Optional.of(
                    "a GPU needs %s, which doesn't come along: install it and name its folder torch/lib in %s"
                            .formatted(NEEDED, PATH));
        }
        if (folder == null) {
            return Optional.of("%s is %s, where no %s lies: name the folder torch/lib of %s there"
                    .formatted(PATH, named, TORCH, NEEDED));
        }
        if (!hasCuda()) {
            return Optional.of("PyTorch in %s has no %s and is for CPUs alone: name %s in %s"
                    .formatted(folder, TORCH_CUDA, NEEDED, PATH));
        }
        return Optional.empty();
    }

    /**
     * Checks the version, where a file beside it says one. DJL would call functions of another one that aren't there.
     *
     * @throws DeviceMissingException if it is another one
     */
    void requireVersion() throws DeviceMissingException {
        Optional<String> version = version();
        if (version.isPresent() && !version.get().equals(VERSION)) {
            throw new DeviceMissingException(
                    "PyTorch in %s is %s, and DJL here goes with %s: name that in %s, or unset it"
                            .formatted(folder, version.get(), NEEDED, PATH));
        }
    }

    private Optional<String> version() {
        Path beside = folder == null ? null : folder.toAbsolutePath().getParent();
        if (beside == null) {
            return Optional.empty();
        }
        for (String file : VERSION_FILES) {
            try {
                Matcher matcher = NUMBER.matcher(Files.readString(beside.resolve(file)));
                if (matcher.find()) {
                    return Optional.of(matcher.group(1));
                }
            } catch (IOException e) {
                // Whoever built it by hand has no such file.
            }
        }
        return Optional.empty();
    }

    /** Returns the part of DJL's in C++ that goes with it; empty where DJL knows by itself. */
    Optional<String> flavor() {
        return folder == null ? Optional.empty() : Optional.of(hasCuda() ? CUDA_FLAVOR : CPU_FLAVOR);
    }

    private boolean hasCuda() {
        return folder != null && Files.isRegularFile(folder.resolve(TORCH_CUDA));
    }

    /** Returns the folder that it lies in. */
    @Override
    public String toString() {
        return String.valueOf(folder);
    }
}
