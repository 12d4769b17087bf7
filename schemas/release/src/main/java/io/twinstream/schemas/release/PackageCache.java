package io.twinstream.schemas.release;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.PackageTrial;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Fetches released packages and keeps them in a bounded folder. A package that was fetched once is read from there after a
 * restart too, and a damaged file is fetched again. For many threads, and for many processes that share the folder.
 */
public final class PackageCache {
    private final KafkaClients clients;
    private final String chunks;
    private final TrustedKeys trusted;
    private final PackageFolder folder;
    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private final Path path;

    /** @throws org.apache.kafka.common.config.ConfigException with one line, if a trusted key can't be read */
    public PackageCache(KafkaClients clients, Topics topics, ModelSettings settings) {
        this(clients, topics, settings, Clock.systemUTC());
    }

    PackageCache(KafkaClients clients, Topics topics, ModelSettings settings, Clock clock) {
        this.clients = clients;
        this.chunks = topics.modelChunks();
        this.trusted = TrustedKeys.of(settings.trustedKeys());
        this.path = PackageFolder.place(settings.cacheFolder());
        this.folder = new PackageFolder(path, settings.cacheBytes(), clock);
    }

    /** Returns the folder in which the packages lie. */
    public Path folder() {
        return path;
    }

    /**
     * Returns a release's package, in these steps:
     *
     * <ol>
     *   <li>check the signature, and what the release claims
     *   <li>take the file from the folder, else fetch it from the topic
     *   <li>read it, and compare its manifest with the release's
     * </ol>
     *
     * @throws InvalidPackageException with one line, if the release is to be refused for good
     * @throws KafkaException if the brokers or the folder don't give the package now; it can be tried again
     */
    public ModelPackage get(ModelRelease release) throws InvalidPackageException {
        try {
            try (InputStream bytes = bytes(release)) {
                return checked(release, bytes);
            }
        } catch (InvalidPackageException e) {
            throw e;
        } catch (IOException e) {
            throw new KafkaException(
                    "the package cache can't be used now, models.cache.dir names its folder: " + e.getMessage(), e);
        }
    }

    /**
     * Tries a release's model before anything of it is opened, unless a process with the same folder has done that
     * already.
     *
     * @param model the package that {@link #get} returned
     * @throws InvalidPackageException with one line, if the model is to be refused for good
     * @throws KafkaException if the model can't be tried now; it can be tried again
     */
    public void requireTried(ModelRelease release, ModelPackage model, PackageTrial trial)
            throws InvalidPackageException {
        String sha256 = release.getPackageSha256();
        if (tried.contains(sha256) || folder.isTried(sha256, trial.key())) {
            return;
        }
        try {
            trial.require(model.manifest(), folder.file(sha256));
        } catch (InvalidPackageException e) {
            throw e;
        } catch (InterruptedIOException e) {
            throw new InterruptException(e.getMessage());
        } catch (IOException e) {
            throw new KafkaException(e.getMessage(), e);
        }
        tried.add(sha256);
        folder.tried(sha256, trial.key());
    }

    private static ModelPackage checked(ModelRelease release, InputStream bytes) throws IOException {
        ModelId id = ModelId.of(release);
        ModelPackage model = PackageArchive.read(bytes, ReleaseClaims.origin(id));
        if (!Arrays.equals(model.manifestBytes(), RecordSerde.content(release.getManifest()))) {
            throw InvalidPackageException.published(id, "holds another manifest than its release");
        }
        return model;
    }

    /**
     * Writes a release's package to a file of the caller's own, with the checks of {@link #get}. Trouble with either disk is
     * an IOException.
     */
    public void copy(ModelRelease release, Path file) throws IOException {
        try (InputStream bytes = bytes(release)) {
            checked(release, bytes);
        }
        try (InputStream bytes = bytes(release)) {
            Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private InputStream bytes(ModelRelease release) throws IOException {
        trusted.require(release);
        ReleaseClaims.check(release);
        String sha256 = release.getPackageSha256();
        Optional<InputStream> held = folder.read(sha256);
        if (held.isPresent()) {
            return held.get();
        }
        folder.put(sha256, new PackageFetch(clients, chunks, release)::into);
        return folder.read(sha256)
                .orElseThrow(() -> new IOException(
                        "the package %s was removed from the package cache, or changed there, as soon as it was fetched"
                                .formatted(sha256)));
    }
}
