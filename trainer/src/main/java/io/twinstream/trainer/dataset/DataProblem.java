package io.twinstream.trainer.dataset;

/** What can be wrong with labelled images, and what becomes of them. */
public enum DataProblem {
    UNREADABLE("images that can't be read, left out"),
    OUTSIDE_CLASS("images in no class, left out; put those of one class into a folder of their own"),
    SAME_BYTES("images that lie in two classes, left out of both; keep each where it belongs"),
    SINGLE_IMAGE("classes with one image, left out; a class needs 2"),
    SINGLE_AFTER_SPLIT("classes of which the split leaves one image in a part, left out of that part"),
    IN_BOTH_PARTS("classes both to train on and to validate with; move each to one");

    private final String what;

    DataProblem(String what) {
        this.what = what;
    }

    /** The plural of what it is, and what was done or is to be done. */
    public String what() {
        return what;
    }
}
