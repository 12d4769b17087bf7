package io.twinstream.deploy.demo;

import java.net.URI;

/** Shows a demo to whoever looks at it. The demo's own thread calls it. */
public interface DemoView {
    /** Says something that happened once. */
    void say(String line);

    /** Says once where the services listen, which may not be ready yet. */
    default void listens(URI ingest, URI verifier) {}

    /** Shows how the demo goes; it is called a few times a second. */
    void show(DemoReport report);
}
