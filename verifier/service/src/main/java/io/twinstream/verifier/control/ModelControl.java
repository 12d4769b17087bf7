package io.twinstream.verifier.control;

import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.settings.Settings;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;

/**
 * Says which version judges from when, and what is known of every version. Each call reads the topics anew, and writes one
 * record or none; every call throws {@link ControlException} where a rule is broken, and {@link KafkaException} where the
 * topics can't be read or written. For many threads.
 */
public final class ModelControl {
    private final Settings settings;
    private final Clock clock;
    private final ActivationWriter writer;

    public ModelControl(Settings settings) {
        this(settings, Clock.systemUTC());
    }

    ModelControl(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.writer = new ActivationWriter(settings);
    }

    /**
     * Lets a version serve.
     *
     * @param reason why, one line of 1 to 1,000 characters
     * @param by who asks
     * @param force also where a verifier that runs refuses the version
     */
    public ActivationOutcome activate(ModelId model, When when, String reason, String by, boolean force) {
        ModelBoard board = board();
        return write(board, new ActivationRules(board).activation(ModelSlot.SERVING, model, when, reason, by, force));
    }

    /** Puts a version into the shadow, or empties it; otherwise as {@link #activate}. */
    public ActivationOutcome shadow(Optional<ModelId> model, When when, String reason, String by, boolean force) {
        ModelBoard board = board();
        return write(
                board,
                new ActivationRules(board).activation(ModelSlot.SHADOW, model.orElse(null), when, reason, by, force));
    }

    /** Lets the version serve that served before, as soon as every verifier can know of it. */
    public ActivationOutcome rollback(String reason, String by) {
        ModelBoard board = board();
        ModelId target = RollbackTarget.of(board);
        return write(
                board,
                new ActivationRules(board).activation(ModelSlot.SERVING, target, When.SOONEST, reason, by, false));
    }

    /** Every version that is published or that a verifier has of its own. */
    public List<ModelSummary> list() {
        return new ModelCatalogue(board()).list();
    }

    public ModelDetails show(ModelId model) {
        return new ModelCatalogue(board()).show(model);
    }

    /** The version that {@code NAME/VERSION} names, or {@code VERSION} where just one name has it. */
    public ModelId resolve(String text) {
        if (text.indexOf('/') < 0) {
            return board().resolve(text);
        }
        try {
            return ModelId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ControlException(ControlException.Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private ActivationOutcome write(ModelBoard board, ModelActivation activation) {
        return ActivationOutcome.of(board, writer.write(activation));
    }

    private ModelBoard board() {
        return ModelBoard.read(settings, clock);
    }
}
