package io.twinstream.verifier.control;

import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model role is what the activations make of a version.
 *
 * @param from when the version began, or will begin, to serve or to be the shadow; null for a predecessor
 */
public record ModelRole(
        RoleKind kind,

        @JsonSerialize(using = ToStringSerializer.class) @Nullable
        Instant from) {
    /** A kind of role is what a role lets a version do, now or later. */
    public enum RoleKind {
        SERVING,
        SHADOW,
        /** The version that served before the present one; a rollback goes back to it. */
        PREDECESSOR,
        PENDING_SERVING,
        PENDING_SHADOW
    }

    /** Returns all roles of a version, those that it has now first. */
    static List<ModelRole> of(ModelId model, ModelBoard board) {
        List<ModelRole> roles = new ArrayList<>();
        for (ModelSlot slot : ModelSlot.values()) {
            board.timeline()
                    .at(slot, board.now())
                    .filter(each -> model.equals(each.model()))
                    .ifPresent(each -> roles.add(new ModelRole(now(slot), each.effectiveAt())));
        }
        if (board.predecessor(board.now()).filter(model::equals).isPresent()) {
            roles.add(new ModelRole(RoleKind.PREDECESSOR, null));
        }
        for (Activated each : board.timeline().pending(board.now())) {
            if (model.equals(each.model())) {
                roles.add(new ModelRole(later(each.slot()), each.effectiveAt()));
            }
        }
        return roles;
    }

    private static RoleKind now(ModelSlot slot) {
        return slot == ModelSlot.SERVING ? RoleKind.SERVING : RoleKind.SHADOW;
    }

    private static RoleKind later(ModelSlot slot) {
        return slot == ModelSlot.SERVING ? RoleKind.PENDING_SERVING : RoleKind.PENDING_SHADOW;
    }
}
