package io.twinstream.deploy.cli.console;

/** Whether somebody looks at the streams; the launcher knows, the JVM does not tell. */
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
