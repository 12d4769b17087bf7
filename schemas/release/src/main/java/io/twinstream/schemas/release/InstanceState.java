package io.twinstream.schemas.release;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelState;
import io.twinstream.schemas.record.VersionState;
import io.twinstream.schemas.text.ForeignText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one verifier is with one version.
 *
 * @param sha256 of the manifest; null before the package is there
 * @param reason why it is refused; null unless it is
 * @param gallerySize references in the version's gallery
 * @param unusableReferences that the version can't use
 * @param unusable the first of them, and why
 * @param reportedAt when the broker appended the report
 */
public record InstanceState(
        String instance,
        @JsonIgnore ModelId model,
        @Nullable String sha256,
        VersionState state,
        @Nullable String reason,
        int gallerySize,
        int unusableReferences,
        List<String> unusable,
        @JsonSerialize(using = ToStringSerializer.class) Instant reportedAt) {
    public InstanceState {
        unusable = List.copyOf(unusable);
    }

    /** @throws IllegalArgumentException if the record names no model */
    static InstanceState of(ModelState record, Instant reportedAt) {
        return new InstanceState(
                ForeignText.value(record.getInstance()),
                new ModelId(record.getModelName(), record.getModelVersion()),
                record.getModelSha256(),
                record.getState(),
                record.getReason() == null ? null : ForeignText.line(record.getReason()),
                record.getGallerySize(),
                record.getUnusableReferences(),
                record.getUnusable().stream().map(ForeignText::line).toList(),
                reportedAt);
    }
}
