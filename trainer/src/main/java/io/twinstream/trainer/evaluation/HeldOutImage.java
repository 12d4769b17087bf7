package io.twinstream.trainer.evaluation;

import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.LabelledImage;
import io.twinstream.verifier.decode.Picture;

/**
 * One picture of a subject that the model was not trained on.
 *
 * @param name below the root of its set
 * @param group of the subject, an alphabet for example; empty where there are none
 * @param subject of the picture: group and class
 * @param drawer who made it, unique within the group; empty where that isn't known
 */
public record HeldOutImage(String name, String group, String subject, String drawer, byte[] encoded, Picture picture) {
    static HeldOutImage of(ImageClass subject, LabelledImage image) {
        return new HeldOutImage(
                image.name(), subject.group(), subject.path(), drawer(image.name()), image.encoded(), image.picture());
    }

    /**
     * The drawer by the last number of a file's name, as Omniglot names its files: {@code 0965_07.png} is by {@code 07}.
     */
    static String drawer(String name) {
        int start = name.lastIndexOf('_') + 1;
        int end = name.lastIndexOf('.');
        boolean number =
                start > 0 && start < end && name.substring(start, end).chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? name.substring(start, end) : "";
    }

    HeldOutImage with(Picture other) {
        return new HeldOutImage(name, group, subject, drawer, encoded, other);
    }

    boolean sameSubject(HeldOutImage other) {
        return subject.equals(other.subject);
    }

    /** True where both are known to be made by one hand. */
    boolean sameDrawer(HeldOutImage other) {
        return !drawer.isEmpty() && group.equals(other.group) && drawer.equals(other.drawer);
    }
}
