package io.twinstream.deploy.demo;

/** Provides the people of a demo, numbered 0 to {@link #size} - 1, each with a reference picture and any number of others. */
interface People {
    int size();

    /** Returns a name for people to read, which is unique and fit for a subject id. */
    String name(int person);

    byte[] reference(int person);

    /**
     * Returns another picture of the person.
     *
     * @param number any number; where pictures are few they come again
     */
    byte[] probe(int person, int number);
}
