package io.twinstream.trainer.service;

import io.twinstream.schemas.text.ForeignText;
import io.twinstream.trainer.dataset.DataSource;
import io.twinstream.trainer.service.RequestRefusedException.RequestFault;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The data root is the folder that requests may name images in. What lies elsewhere on the machine stays out of a
 * caller's reach, by {@code ..}, absolute paths and symbolic links as well.
 */
final class DataRoot {
    private final Optional<Path> root;

    /**
     * Makes the root of requests' images.
     *
     * @param folder empty where requests may name the topic only
     * @throws IOException if the folder can't be found
     */
    DataRoot(Optional<Path> folder) throws IOException {
        root = folder.isPresent() ? Optional.of(folder.get().toRealPath()) : Optional.empty();
    }

    /**
     * Returns what the trainer is to read where a request names images.
     *
     * @param what the request's field
     * @return {@code topic:}, or an absolute path
     */
    String resolve(String what, String source) throws RequestRefusedException {
        if (source.equals(DataSource.TOPIC)) {
            return DataSource.TOPIC;
        }
        Path folder = root.orElseThrow(() -> new RequestRefusedException(
                RequestFault.INVALID, "%s must be topic: as the trainer has no trainer.data.root".formatted(what)));
        try {
            Path real = folder.resolve(source).toRealPath();
            if (!source.isEmpty() && real.startsWith(folder)) {
                return real.toString();
            }
        } catch (IOException | InvalidPathException e) {
            // Answered as what lies outside is: whether something exists there is nobody's business.
        }
        throw new RequestRefusedException(
                RequestFault.MISSING,
                "%s: there is no '%s' under the trainer's data root".formatted(what, ForeignText.value(source)));
    }
}
