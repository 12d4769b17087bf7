package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.SourceImage;

/**
 * A held-out image is a picture of a subject that the model was not trained on.
 *
 * @param name its name below the root of its set
 * @param group what the subject belongs to, an alphabet for example; empty where there are no groups
 * @param subject the path of group and class
 * @param drawer the one who made it, unique within the group; empty where that isn't known
 */
public record HeldOutImage(String name, String group, String subject, String drawer, Picture picture) {
    /** Makes the held-out image of a class, whose path stands before the last {@code /} of the image's name. */
    static HeldOutImage of(SourceImage image, Picture picture) {
        String subject = parent(image.name());
        return new HeldOutImage(image.name(), parent(subject), subject, image.drawer(), picture);
    }

    boolean sameSubject(HeldOutImage other) {
        return subject.equals(other.subject);
    }

    /** Returns true where both are known to be made by one hand. */
    boolean sameDrawer(HeldOutImage other) {
        return !drawer.isEmpty() && group.equals(other.group) && drawer.equals(other.drawer);
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }
}
