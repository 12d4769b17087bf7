package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.SourceImage;

/**
 * One picture of a subject that the model was not trained on.
 *
 * @param name below the root of its set
 * @param group of the subject, an alphabet for example; empty where there are none
 * @param subject of the picture: group and class
 * @param drawer who made it, unique within the group; empty where that isn't known
 */
public record HeldOutImage(String name, String group, String subject, String drawer, Picture picture) {
    /** An image of a class, which is what stands before the last {@code /} of its name. */
    static HeldOutImage of(SourceImage image, Picture picture) {
        String subject = parent(image.name());
        return new HeldOutImage(image.name(), parent(subject), subject, image.drawer(), picture);
    }

    boolean sameSubject(HeldOutImage other) {
        return subject.equals(other.subject);
    }

    /** True where both are known to be made by one hand. */
    boolean sameDrawer(HeldOutImage other) {
        return !drawer.isEmpty() && group.equals(other.group) && drawer.equals(other.drawer);
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
