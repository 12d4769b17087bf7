package io.twinstream.ingest.bulk;

import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.schemas.files.FileKind;
import io.twinstream.schemas.files.LeftOut;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Ids;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows which subject each image of some sources shows, before the first is sent. Where the user says nothing, an image
 * belongs to the folder that holds it, provided that every image lies exactly one folder below what was named. With any other
 * layout a folder may as well be a year as a person, so the user is asked.
 */
public final class Subjects {
    private static final int NAMED = 5;

    private final @Nullable String subject;
    private final NamedAfter by;
    private final long images;
    private final Set<String> subjects;

    private Subjects(@Nullable String subject, NamedAfter by, long images, Set<String> subjects) {
        this.subject = subject;
        this.by = by;
        this.images = images;
        this.subjects = subjects;
    }

    /**
     * Reads the names of all images and decides what their subjects are.
     *
     * @param subject the one subject that all images show
     * @param by what each subject is named after
     * @throws InvalidRequestException with the choices, if neither is given and the folders don't tell
     */
    public static Subjects of(ImageSources sources, Optional<String> subject, Optional<NamedAfter> by)
            throws IOException, InterruptedException {
        Map<NamedAfter, Set<String>> named = new EnumMap<>(NamedAfter.class);
        Set<Integer> depths = new HashSet<>();
        long[] images = new long[1];
        LeftOut leftOut = sources.forEach(image -> {
            if (image.steps().size() > 1) {
                images[0]++;
                depths.add(image.steps().size());
                for (NamedAfter each : NamedAfter.values()) {
                    named.computeIfAbsent(each, none -> new TreeSet<>()).add(name(image.steps(), each));
                }
            }
            return true;
        });
        if (subject.isPresent()) {
            return new Subjects(subject.get(), NamedAfter.FOLDER, images[0], Set.of(subject.get()));
        }
        if (by.isEmpty()) {
            requireClear(images[0], depths, named, leftOut);
        }
        NamedAfter chosen = by.orElse(NamedAfter.FOLDER);
        return new Subjects(null, chosen, images[0], named.getOrDefault(chosen, Set.of()));
    }

    /** Returns the subject that an image of the sources shows. */
    public String of(NamedImage image) {
        if (subject != null) {
            return subject;
        }
        return image.steps().size() > 1 ? name(image.steps(), by) : "";
    }

    /** Returns whether an image may show this subject, given in its composed form. */
    public boolean has(String subjectId) {
        return subjects.contains(subjectId) || subjectId.equals(subject == null ? null : Ids.normal(subject));
    }

    /** Returns the number of subjects. */
    public int count() {
        return subjects.size();
    }

    /** Returns a line for people: {@code 4 images of 1 subject: known_people}. */
    @Override
    public String toString() {
        return told(images, subjects);
    }

    private static String told(long images, Set<String> subjects) {
        return "%d %s of %s".formatted(images, images == 1 ? "image" : "images", counted(subjects));
    }

    private static void requireClear(
            long images, Set<Integer> depths, Map<NamedAfter, Set<String>> named, LeftOut leftOut) {
        if (depths.isEmpty() || depths.equals(Set.of(3))) {
            return;
        }
        String where = depths.size() > 1
                ? "at different depths"
                : depths.contains(2) ? "in no folder of their own" : "more than one folder deep";
        Set<String> byFolder = named.getOrDefault(NamedAfter.FOLDER, Set.of());
        List<String> choices = new ArrayList<>();
        named.forEach((by, subjects) -> {
            if (by != NamedAfter.TOP || !subjects.equals(byFolder)) {
                choices.add("--by %s (%s)".formatted(by.name().toLowerCase(Locale.ROOT), counted(subjects)));
            }
        });
        throw new InvalidRequestException(
                "%s? The images lie %s, so say whom they show: %s or --subject NAME; nothing was sent%s"
                        .formatted(
                                told(images, byFolder),
                                where,
                                String.join(", ", choices),
                                leftOut.line().map("; left out: "::concat).orElse("")));
    }

    private static String name(List<String> steps, NamedAfter by) {
        String file = steps.get(steps.size() - 1);
        String folder = steps.get(steps.size() - 2);
        return Ids.normal(
                switch (by) {
                    case FOLDER -> folder;
                    case TOP -> steps.size() > 2 ? steps.get(1) : folder;
                    case FILE -> FileKind.isNamedAsPicture(file) ? file.substring(0, file.lastIndexOf('.')) : file;
                });
    }

    private static String counted(Collection<String> subjects) {
        return "%d %s: %s%s"
                .formatted(
                        subjects.size(),
                        subjects.size() == 1 ? "subject" : "subjects",
                        subjects.stream().limit(NAMED).map(ForeignText::value).collect(Collectors.joining(", ")),
                        subjects.size() > NAMED ? ", ..." : "");
    }

    /** Says what an image's subject is named after. */
    public enum NamedAfter {
        /** The subject is named after the folder that holds the image. */
        FOLDER,
        /** The subject is named after the file, without its ending. */
        FILE,
        /** The subject is named after the topmost folder below what the user named. */
        TOP
    }
}
