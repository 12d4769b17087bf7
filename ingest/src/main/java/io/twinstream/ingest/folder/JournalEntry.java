package io.twinstream.ingest.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What became of one file.
 *
 * @param path within the watched folder, with slashes
 * @param sha256 of the content; null if it was refused unread
 * @param refused why it was not sent; null if it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record JournalEntry(
        String path,
        FileLook look,
        @Nullable String sha256,
        @Nullable String refused) {}
