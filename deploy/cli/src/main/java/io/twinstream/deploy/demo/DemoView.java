package io.twinstream.deploy.demo;

/** Who looks at a demo. Called by the demo's thread. */
public interface DemoView {
    /** Something that happened once. */
    void say(String line);

    /** How it goes, a few times a second. */
    void show(DemoReport report);
}
