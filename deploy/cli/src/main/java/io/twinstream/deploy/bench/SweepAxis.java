package io.twinstream.deploy.bench;

/** Names the things that a sweep varies, one at a time. */
enum SweepAxis {
    LOAD("Load", "share of the full throughput"),
    THREADS("Threads", "stream threads"),
    PARTITIONS("Partitions", "partitions of the probe topic"),
    GALLERY("Gallery size", "references"),
    NETWORK("Network", "shipped package"),
    PICTURE("Picture size", "pixels of a side");

    private final String title;
    private final String unit;

    SweepAxis(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }
}
