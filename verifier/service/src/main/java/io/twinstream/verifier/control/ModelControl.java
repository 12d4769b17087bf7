package io.twinstream.verifier.control;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicReader;
import io.twinstream.schemas.modelpackage.ImpostorChoice;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.record.ModelActivation;
import io.twinstream.schemas.record.ModelSlot;
import io.twinstream.schemas.release.Activated;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.release.ModelTopics;
import io.twinstream.schemas.release.Timeline;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.control.ControlException.ControlFault;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/**
 * Model control takes orders for which version judges from when, and shows what is known of every version. A call
 * writes one record or none. Every call throws {@link ControlException} where a rule is broken, and
 * {@link KafkaException} where the topics can't be read or written. An open transaction on the releases or on verifiers'
 * reports stops nothing: the answer says what may be missing, and only what isn't known then can't be ordered. Safe for many
 * threads.
 */
public final class ModelControl {
    private static final Duration PATIENCE = TopicReader.PATIENCE;

    /** Greatest age of a look, which is more than the log's followers take to see a record. */
    private static final Duration RECENT = Duration.ofSeconds(2);

    /** Longest wait for an order that was written, so that the next look knows of it. */
    private static final Duration OWN_WRITE = Duration.ofSeconds(5);

    /** Reads the topics for people to look at. */
    private final Supplier<ModelTopics> looks;

    /**
     * Reads all that is on the topics when an order comes, since the order may depend on what was written just before.
     */
    private final Supplier<ModelTopics> orders;

    private final Supplier<Timeline> timeline;
    private final Function<ModelActivation, Activated> writer;
    private final Function<ModelId, Optional<Manifest>> held;
    private final ImpostorChoice impostors;
    private final Clock clock = Clock.systemUTC();

    private ModelControl(
            Supplier<ModelTopics> looks,
            Supplier<ModelTopics> orders,
            Supplier<Timeline> timeline,
            Function<ModelActivation, Activated> writer,
            Function<ModelId, Optional<Manifest>> held,
            ImpostorChoice impostors) {
        this.looks = looks;
        this.orders = orders;
        this.timeline = timeline;
        this.writer = writer;
        this.held = held;
        this.impostors = impostors;
    }

    /**
     * Creates the control of a command, where each call connects anew and reads the topics to their ends.
     *
     * @param impostors the impostors whose rates set the verifiers' thresholds, by the command's settings
     */
    public ModelControl(KafkaClients clients, Topics topics, ImpostorChoice impostors) {
        this(
                () -> ModelTopics.read(clients, topics),
                () -> ModelTopics.read(clients, topics),
                () -> Timeline.read(clients, topics),
                activation -> {
                    try (ActivationWriter writer = new ActivationWriter(clients, topics)) {
                        return writer.write(activation);
                    }
                },
                model -> Optional.empty(),
                impostors);
    }

    /**
     * Creates the control of a service, which answers from the log. A look may be 2 s old, but knows each order that
     * was written here. An order knows all that was on the topics when it came, and waits for that for a bounded time.
     *
     * @param held gives the manifest of a version whose package the service holds
     * @param impostors the impostors whose rates set the service's thresholds
     */
    public static ModelControl following(
            ModelLog modelLog,
            ActivationWriter writer,
            Function<ModelId, Optional<Manifest>> held,
            ImpostorChoice impostors) {
        return new ModelControl(
                () -> modelLog.asOf(System.nanoTime() - RECENT.toNanos(), PATIENCE),
                () -> modelLog.asOf(System.nanoTime(), PATIENCE),
                () -> modelLog.readTimeline(PATIENCE),
                activation -> {
                    Activated written = writer.write(activation);
                    // The order is written, whether or not it is seen here in time.
                    boolean unused = modelLog.awaitActivation(written.offset(), OWN_WRITE);
                    return written;
                },
                held,
                impostors);
    }

    /**
     * Lets a version serve.
     *
     * @param reason the reason, one line of 1 to 1,000 characters
     * @param by the name of whoever asks
     * @param force whether to do so even if a running verifier refuses the version
     */
    public ActivationOutcome activate(ModelId model, EffectiveTime when, String reason, String by, boolean force) {
        ModelBoard board = order();
        return write(board, new ActivationRules(board).activation(ModelSlot.SERVING, model, when, reason, by, force));
    }

    /** Puts a version into the shadow, or empties the shadow; the parameters are those of {@link #activate}. */
    public ActivationOutcome shadow(
            Optional<ModelId> model, EffectiveTime when, String reason, String by, boolean force) {
        ModelBoard board = order();
        return write(
                board,
                new ActivationRules(board).activation(ModelSlot.SHADOW, model.orElse(null), when, reason, by, force));
    }

    /** Lets the version serve again that served before, as soon as every verifier can know of it. */
    public ActivationOutcome rollback(String reason, String by) {
        ModelBoard board = order();
        ActivationRules rules = new ActivationRules(board);
        return write(
                board,
                rules.activation(ModelSlot.SERVING, rules.rollbackTarget(), EffectiveTime.SOONEST, reason, by, false));
    }

    /** Returns every version that is published or that a verifier has of its own, as far as that can be read. */
    public ModelList list() {
        ModelBoard board = look();
        return new ModelList(
                new ModelCatalogue(board, held, impostors).list(),
                board.unread().lines());
    }

    /**
     * Holds the versions that are known.
     *
     * @param mayBeMissing one line on each topic that an open transaction has kept from being read to its end
     */
    public record ModelList(List<ModelSummary> models, List<String> mayBeMissing) {
        public ModelList {
            models = List.copyOf(models);
            mayBeMissing = List.copyOf(mayBeMissing);
        }
    }

    /** Returns the activations that are not cancelled, in the order in which they were asked for. */
    public List<ActivationEntry> activations() {
        return timeline.get().activations().stream().map(ActivationEntry::of).toList();
    }

    public ModelDetails show(ModelId model) {
        return new ModelCatalogue(look(), held, impostors).show(model);
    }

    /** Returns the version that {@code NAME/VERSION} names, or {@code VERSION} where just one name has it. */
    public ModelId resolve(String text) {
        if (text.indexOf('/') < 0) {
            return look().resolve(text);
        }
        try {
            return ModelId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ControlException(ControlFault.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private ActivationOutcome write(ModelBoard board, ModelActivation activation) {
        return ActivationOutcome.of(board, writer.apply(activation));
    }

    private ModelBoard look() {
        return ModelBoard.of(looks.get(), clock.instant());
    }

    private ModelBoard order() {
        return ModelBoard.of(orders.get(), clock.instant());
    }
}
