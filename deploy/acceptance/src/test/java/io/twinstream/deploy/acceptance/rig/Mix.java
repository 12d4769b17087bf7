package io.twinstream.deploy.acceptance.rig;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stream of probes as a function of the seed, of all three tasks unless told otherwise: half of them genuine, about
 * characters of which drawer 01's drawing is enrolled.
 */
public final class Mix {
    /**
     * Holds a probe that was sent.
     *
     * @param other the reference of a pair, or for a claim a drawing of whom it claims to be; null for an identification
     */
    public record Sent(
            TaskKind task, Drawing probe, @Nullable Drawing other) {}

    private static final int ENROLLED = 100;

    private final List<List<Drawing>> subjects;
    private final List<TaskKind> tasks;
    private final Random random;

    public Mix(Images images, long seed) {
        this(images, seed, List.of(TaskKind.PAIR, TaskKind.CLAIM, TaskKind.IDENTIFY));
    }

    /** Makes a stream of these tasks only. */
    public Mix(Images images, long seed, List<TaskKind> tasks) {
        this.tasks = tasks;
        this.subjects = new ArrayList<>(images.bySubject().values()).subList(0, ENROLLED);
        this.random = new Random(seed);
    }

    /** Enrols the references, and returns how many. */
    public int enrol(Rig rig, Topics topics) {
        for (List<Drawing> subject : subjects) {
            Drawing first = subject.get(0);
            rig.enrol(topics, first.subject(), first.drawer(), first.png());
        }
        rig.flush();
        return subjects.size();
    }

    /** Sends one probe under this id, and returns what it was. */
    public Sent send(Rig rig, Topics topics, String id) {
        Drawing probe = any(subjects.get(random.nextInt(subjects.size())));
        List<Drawing> other = random.nextBoolean() ? subjects.get(random.nextInt(subjects.size())) : ofSubject(probe);
        switch (tasks.get(random.nextInt(tasks.size()))) {
            case PAIR -> {
                Drawing reference = any(other);
                rig.pair(topics, id, probe.png(), reference.png());
                return new Sent(TaskKind.PAIR, probe, reference);
            }
            case CLAIM -> {
                rig.claim(topics, id, probe.png(), other.get(0).subject());
                return new Sent(TaskKind.CLAIM, probe, other.get(0));
            }
            default -> {
                rig.identify(topics, id, probe.png());
                return new Sent(TaskKind.IDENTIFY, probe, null);
            }
        }
    }

    /** Returns the enrolled drawings. */
    public List<Drawing> enrolled() {
        return subjects.stream().map(subject -> subject.get(0)).toList();
    }

    private List<Drawing> ofSubject(Drawing drawing) {
        return subjects.stream()
                .filter(subject -> subject.get(0).subject().equals(drawing.subject()))
                .findFirst()
                .orElseThrow();
    }

    private Drawing any(List<Drawing> drawings) {
        return drawings.get(random.nextInt(drawings.size()));
    }
}
