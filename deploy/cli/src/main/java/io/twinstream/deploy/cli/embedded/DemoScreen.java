package io.twinstream.deploy.cli.embedded;

import io.twinstream.deploy.demo.DemoReport;
import io.twinstream.deploy.demo.DemoView;
import java.io.PrintWriter;

/** A demo on a terminal, where the live line is written over, or in a file, where it is one line every few seconds. */
final class DemoScreen implements DemoView {
    private static final double SECONDS_BETWEEN_LINES = 5;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean rewrites;
    private double nextLine = SECONDS_BETWEEN_LINES;
    private boolean live;

    DemoScreen(PrintWriter out, boolean rewrites) {
        this.out = out;
        this.rewrites = rewrites;
    }

    @Override
    public void say(String line) {
        out.println((live ? CLEAR_LINE : "") + line);
        out.flush();
        live = false;
    }

    @Override
    public void show(DemoReport report) {
        if (rewrites) {
            out.print(CLEAR_LINE + report.line());
            out.flush();
            live = true;
        } else if (report.seconds() >= nextLine) {
            nextLine += SECONDS_BETWEEN_LINES;
            say(report.line());
        }
    }
}
