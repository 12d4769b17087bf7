package io.twinstream.deploy.cli.console;

/** Knows whether somebody looks at the output streams. The launcher tells it, since the JVM does not know. */
public final class Terminal {
    private static final String LOOKED_AT = System.getProperty("twinstream.terminal", "");

    private Terminal() {}

    public static boolean isOut() {
        return LOOKED_AT.contains("out");
    }

    public static boolean isErr() {
        return LOOKED_AT.contains("err");
    }
}
