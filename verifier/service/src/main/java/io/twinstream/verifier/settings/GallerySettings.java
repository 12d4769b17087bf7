package io.twinstream.verifier.settings;

import io.twinstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Gallery settings say which references a verifier holds, and how it embeds them.
 *
 * @param buildShare the share of the machine's processors that building a gallery for a further version may take
 * @param embeddings the folder that embeddings are kept in; empty where none are kept
 */
public record GallerySettings(Shard shard, double buildShare, Optional<Path> embeddings) {
    static GallerySettings of(Settings settings) {
        return new GallerySettings(
                Shard.of(settings),
                settings.getDouble(VerifierSettings.GALLERY_SHARE),
                settings.path(VerifierSettings.EMBEDDINGS_DIR));
    }
}
