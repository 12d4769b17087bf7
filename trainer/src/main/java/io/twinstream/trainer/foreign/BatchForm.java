package io.twinstream.trainer.foreign;

/** A batch form is a way in which a foreign graph is made to take any number of pictures at once; the cheapest come first. */
enum BatchForm {
    /** The graph takes any number once nothing says otherwise. */
    FREE("takes any batch"),
    /** Where a shape names the batch of the export, the number of the pictures is copied. */
    COPIED("takes any batch, with its fixed shapes freed"),
    /** Where a shape names the batch of the export, the number follows from the other sides. */
    REMAINING("takes any batch, with its fixed shapes left open"),
    /** The graph runs once for each picture of the batch, inside one call. */
    ONE_BY_ONE("its batch of 1 can't be freed: pictures are embedded one by one inside the graph, which is slower");

    private final String words;

    BatchForm(String words) {
        this.words = words;
    }

    /** Returns what a user is told. */
    String words() {
        return words;
    }
}
