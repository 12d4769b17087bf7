package io.twinstream.deploy.demo;

/** Shows a demo to whoever looks at it. The demo's own thread calls it. */
public interface DemoView {
    /** Says something that happened once. */
    void say(String line);

    /** Shows how the demo goes; it is called a few times a second. */
    void show(DemoReport report);
}
