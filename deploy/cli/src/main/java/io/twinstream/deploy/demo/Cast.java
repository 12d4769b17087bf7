package io.twinstream.deploy.demo;

/** Who appears in a demo: people 0 to {@link #size} - 1, each with a reference picture and any number of others. */
interface Cast {
    int size();

    /** A name for people to read; unique, fit for a subject id. */
    String name(int person);

    byte[] reference(int person);

    /**
     * Another picture of the person.
     *
     * @param number any one; where pictures are few they come again
     */
    byte[] probe(int person, int number);
}
