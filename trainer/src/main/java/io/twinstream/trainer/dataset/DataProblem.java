package io.twinstream.trainer.dataset;

/** A data problem is a kind of fault in labelled images, with what becomes of them where a run goes on without. */
public enum DataProblem {
    UNREADABLE("images that can't be read", "left out", "repair or remove them"),
    OUTSIDE_CLASS("images in no class", "left out", "put those of one class into a folder of their own"),
    SAME_BYTES("images that lie in two classes", "left out of both", "keep each where it belongs"),
    SINGLE_IMAGE("classes with one image", "left out", "add another image to each or remove them"),
    SINGLE_AFTER_SPLIT(
            "classes with one image in a part of the split", "left out of it", "add images by other drawers"),
    IN_BOTH_PARTS("classes both to train on and to validate with", "no run", "move each to one");

    private final String what;
    private final String consequence;
    private final String mend;

    DataProblem(String what, String consequence, String mend) {
        this.what = what;
        this.consequence = consequence;
        this.mend = mend;
    }

    /** Returns the images or classes that have the problem, as a plural. */
    public String what() {
        return what;
    }

    /** Returns what the run does about it. */
    public String consequence() {
        return consequence;
    }

    /** Returns what the user can do about it. */
    public String mend() {
        return mend;
    }
}
